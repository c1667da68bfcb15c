package io.sluice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HostPort;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a process of its own: exit codes, signals, what the log says. */
@DisabledOnOs(OS.WINDOWS)
final class ProcessTest {
    private static final Pattern LISTENER = Pattern.compile("listener web: http://127\\.0\\.0\\.1:(\\d+)/");

    private static final Pattern COLLECTION =
            Pattern.compile("heap: (-?\\d+) MiB given back by a collection of \\d+ ms");

    @TempDir
    private Path folder;

    private Process process;
    /** 0: as many as the test itself may have. */
    private int descriptors;
    /** What it gets besides the test's own. */
    private Map<String, String> environment = Map.of();

    @AfterEach
    void end() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void endsWith1AndOneLineOnAnAddressInUse() throws Exception {
        try (ScriptedBackend other = ScriptedBackend.byHand()) {
            start(
                    "run",
                    "-c",
                    write(config("pong").replace("127.0.0.1:0", other.endpoint()))
                            .toString());

            assertThat(exitCode()).isEqualTo(1);
            assertThat(output()).isEqualTo("listeners.web.bind: " + other.endpoint() + " (address in use)\n");
        }
    }

    @Test
    void endsWith0AfterTheFirstSignal() throws Exception {
        start("run", "-c", write(config("pong")).toString());
        assertThat(get(listener())).isEqualTo("pong");
        signal("TERM");

        assertThat(exitCode()).isZero();
        assertThat(output()).contains("SIGTERM: draining", "stopped\n").doesNotContain("WARN", "ERROR");
    }

    @Test
    void endsWith0AfterAShutdownOverTheAdminApi() throws Exception {
        int port = ScriptedBackend.unusedPort();
        start(
                "run",
                "-c",
                write(config("pong").replace("bind: off", "bind: '127.0.0.1:" + port + "'"))
                        .toString());
        assertThat(get(listener())).isEqualTo("pong");
        AdminClient admin = AdminClient.of(new InetSocketAddress("127.0.0.1", port));

        assertThat(admin.send("POST", "/api/v1/shutdown", "").status()).isEqualTo(202);
        assertThat(exitCode()).isZero();
        assertThat(output())
                .contains("Audit: 127.0.0.1 (local) POST /api/v1/shutdown: 202, shutting down", "stopped\n")
                .doesNotContain("WARN", "ERROR");
    }

    @Test
    void finishesRunningExchangesAfterTheFirstSignal() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand()) {
            start("run", "-c", write(config(backend)).toString());
            try (RawPeer client = RawPeer.connect(listener())) {
                client.send(HttpText.get("/"));
                RawPeer server = backend.accept();
                server.request();
                signal("INT");
                Await.until("drain", () -> output().contains("SIGINT: draining"));
                server.send(HttpText.ok("late"));

                assertThat(client.response(200).body()).isEqualTo("late");
            }
            assertThat(exitCode()).isZero();
        }
    }

    @Test
    void endsAtOnceAfterTheSecondSignal() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand()) {
            start("run", "-c", write(config(backend)).toString());
            try (RawPeer client = RawPeer.connect(listener())) {
                client.send(HttpText.get("/"));
                backend.accept().request();
                signal("TERM");
                Await.until("drain", () -> output().contains("SIGTERM: draining"));
                signal("TERM");

                assertThat(exitCode()).isEqualTo(128 + 15);
            }
        }
    }

    @Test
    void reloadsOnHup() throws Exception {
        Path file = write(config("pong"));
        start("run", "-c", file.toString());
        InetSocketAddress listener = listener();
        Files.delete(file);
        Await.until("refusal", () -> output().contains("config refused, version 1 stays"));
        signal("HUP");
        Await.until("reload", () -> output().contains("SIGHUP: reloading"));
        Files.move(write("other.yaml", config("changed")), file, StandardCopyOption.ATOMIC_MOVE);
        signal("HUP");
        Await.until("second version", () -> output().contains("config version 2 in force"));

        assertThat(get(listener)).isEqualTo("changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "USR1"})
    void goesOnInANewAccessLogOnASignal(String signal) throws Exception {
        Path log = folder.resolve("access.log");
        start("run", "-c", write("accessLog: " + log + "\n" + config("pong")).toString());
        InetSocketAddress listener = listener();
        get(listener);
        Await.until("first line", () -> lines(log) == 1);
        Files.move(log, folder.resolve("access.log.1"));
        signal(signal);
        Await.until("new file, before there is a line for it", () -> Files.exists(log));
        get(listener);
        Await.until("second line", () -> lines(log) == 1);
        assertThat(output().contains("SIGHUP: reloading")).isEqualTo(signal.equals("HUP"));
    }

    private static long lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsWhatItHasStarted() throws Exception {
        Path file = write(config("pong"));
        start("run", "-c", file.toString());
        listener();
        Await.until("last line", () -> output().contains("transport: "));

        assertThat(output().lines())
                .hasSize(5)
                .satisfiesExactly(
                        line -> assertThat(line).matches(".* INFO  Sluice: sluice .* is up after \\d+ ms"),
                        line -> assertThat(line).endsWith("config: " + file + ", version 1: 1 route, 0 upstreams"),
                        line -> assertThat(line).containsPattern(LISTENER),
                        line -> assertThat(line).endsWith("admin: off"),
                        line -> assertThat(line).matches(".* transport: \\w+, 1 event loop"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void goesOnAcceptingOnceTheSystemLetsIt() throws Exception {
        start("run", "-c", write(config("pong")).toString());
        InetSocketAddress listener = listener();
        assertThat(get(listener)).isEqualTo("pong");
        String before = softLimit();
        limitDescriptors("10");
        try (RawPeer client = RawPeer.connect(listener)) {
            client.send(HttpText.get("/"));
            Await.until("log", () -> output().contains("listener web can't accept"));
            limitDescriptors(before);

            assertThat(client.response(200).body()).isEqualTo("pong");
        }
        assertThat(get(listener)).isEqualTo("pong");
        assertThat(output().lines().filter(line -> line.contains("can't accept")))
                .hasSize(1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void replacesTheSocketOfAProcessThatWasKilledAndNotOfOneThatLives() throws Exception {
        Path socket = folder.resolve("http.sock");
        String file =
                write(config("pong").replace("127.0.0.1:0", "unix:" + socket)).toString();
        start("run", "-c", file);
        Process first = process;
        try {
            Await.until(this::output, () -> output().contains("transport: "));
            start("run", "-c", file);
            assertThat(exitCode()).isEqualTo(1);
            assertThat(output())
                    .isEqualTo("listeners.web.bind: unix:" + socket + " (address in use: somebody listens there)\n");
            assertThat(get(socket)).isEqualTo("pong");
        } finally {
            first.destroyForcibly().waitFor();
        }
        assertThat(socket).exists();

        start("run", "-c", file);
        Await.until(this::output, () -> output().contains("transport: "));
        assertThat(output()).contains("listener web: unix:" + socket);
        assertThat(get(socket)).isEqualTo("pong");
        signal("TERM");
        assertThat(exitCode()).isZero();
        assertThat(socket).doesNotExist();
    }

    private static String get(Path socket) throws IOException {
        try (RawPeer client = RawPeer.connect(socket)) {
            return client.send(HttpText.get("/")).response(200).body();
        }
    }

    private String softLimit() throws IOException {
        try (Stream<String> limits = Files.lines(Path.of("/proc", Long.toString(process.pid()), "limits"))) {
            return limits.filter(line -> line.startsWith("Max open files"))
                    .findFirst()
                    .orElseThrow()
                    .split(" +", -1)[3];
        }
    }

    private void limitDescriptors(String soft) throws IOException, InterruptedException {
        Process done =
                new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + soft + ":").start();
        assertThat(done.waitFor()).isZero();
    }

    /** With descriptors for about a hundred clients, and twice as many that come and stay. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void keepsDescriptorsForItsUpstreamConnections() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> HttpText.ok(request.target()))) {
            descriptors = 300;
            start("run", "-c", write(config(backend)).toString());
            InetSocketAddress listener = listener();
            List<RawPeer> clients = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                clients.add(RawPeer.connect(listener));
            }

            RawPeer first = clients.getFirst();
            assertThat(first.send(HttpText.get("/first")).response(200).body()).isEqualTo("/first");
            for (RawPeer client : clients) {
                // the later ones are in the backlog until the earlier ones leave
                assertThat(client.send(HttpText.get("/")).response(200).body()).isEqualTo("/");
                client.close();
            }
            assertThat(output()).doesNotContain("WARN", "ERROR");
        }
    }

    @Test
    void runsTheDemo() throws Exception {
        int port = freePort();
        String demo = config("pong").replace("respond: { status: 200, body: pong }", "to: demo")
                + "upstreams: { demo: { endpoints: [ '127.0.0.1:" + port + "' ] } }\n";
        start("demo", "-c", write(demo).toString());
        InetSocketAddress listener = listener();
        Await.until("hint", () -> output().contains("Try:  curl -i http://127.0.0.1:" + listener.getPort() + "/\n"));

        assertThat(get(listener)).contains("\"backend\": \"demo\"");
    }

    @Test
    void givesBackTheHeapOfABurst() throws Exception {
        start("run", "-c", write(config("pong")).toString());
        InetSocketAddress listener = listener();
        List<RawPeer> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 800; i++) {
                // all at once: what is alive for long enough leaves the young generation
                clients.add(RawPeer.connect(listener).send("GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(28_000)));
            }
            for (RawPeer client : clients) {
                assertThat(client.send("\r\n\r\n").response(200).body()).isEqualTo("pong");
            }
        } finally {
            for (RawPeer client : clients) {
                client.close();
            }
        }
        Await.until("collection", () -> COLLECTION.matcher(output()).find());

        Matcher heap = COLLECTION.matcher(output());
        assertThat(heap.find()).isTrue();
        assertThat(Integer.parseInt(heap.group(1))).isGreaterThanOrEqualTo(8);
    }

    // ---- without a file

    @Test
    void runsAsASidecarFromFlagsAlone() throws Exception {
        try (ScriptedBackend app = ScriptedBackend.answering(request -> HttpText.ok(request.target()))) {
            start("run", "--listen", "127.0.0.1:0", "--to", app.endpoint(), "--admin", "off");

            assertThat(get(inbound())).isEqualTo("/");
        }
    }

    @Test
    void runsAsASidecarFromTheEnvironmentAlone() throws Exception {
        try (ScriptedBackend app = ScriptedBackend.answering(request -> HttpText.ok(request.target()))) {
            environment = Map.of("SLUICE_LISTEN", "127.0.0.1:0", "SLUICE_TO", app.endpoint(), "SLUICE_ADMIN", "off");
            start("run");

            assertThat(get(inbound())).isEqualTo("/");
        }
    }

    @Test
    void aSidecarListensWhenItsApplicationDoes() throws Exception {
        int port = freePort();
        start("run", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:" + port, "--admin", "127.0.0.1:0");
        Await.until("wait", () -> output().contains("not listening yet: upstream app has no healthy endpoint"));
        assertThat(output()).doesNotContain("listener inbound");

        try (DemoBackend app = new DemoBackend(new HostPort("127.0.0.1", port))) {
            assertThat(get(inbound())).contains("\"backend\": \"demo\"");
            assertThat(app.address().getPort()).isEqualTo(port);
        }
    }

    @Test
    void aSidecarEndsAtOnceWhileItWaits() throws Exception {
        start("run", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:" + freePort(), "--admin", "off");
        Await.until("wait", () -> output().contains("not listening yet"));
        signal("TERM");

        assertThat(exitCode()).isEqualTo(128 + 15);
    }

    @Test
    void aFlagWinsOverTheEnvironment() throws Exception {
        environment = Map.of("SLUICE_CONFIG", "no-such-file.yaml", "SLUICE_LISTEN", "nowhere");
        try (ScriptedBackend app = ScriptedBackend.answering(request -> HttpText.ok(request.target()))) {
            start("run", "--listen", "127.0.0.1:0", "--to", app.endpoint(), "--admin", "off");

            assertThat(get(inbound())).isEqualTo("/");
        }
    }

    private InetSocketAddress inbound() throws InterruptedException {
        return listener(Pattern.compile("listener inbound: http://127\\.0\\.0\\.1:(\\d+)/"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    // ---- tools

    private static String config(String body) {
        return "threads: 1\nadmin: { bind: off }\nlisteners: { web: { bind: '127.0.0.1:0' } }\n"
                + "routes: [ { name: ping, respond: { status: 200, body: " + body + " } } ]\n";
    }

    private static String config(ScriptedBackend backend) {
        return "threads: 1\nadmin: { bind: off }\nlisteners: { web: { bind: '127.0.0.1:0' } }\n"
                + "upstreams: { a: { endpoints: [ '" + backend.endpoint() + "' ] } }\n"
                + "routes: [ { name: all, to: a } ]\n";
    }

    private Path write(String config) throws IOException {
        return write("sluice.yaml", config);
    }

    private Path write(String name, String config) throws IOException {
        return Files.writeString(folder.resolve(name), config);
    }

    private void start(String... arguments) throws IOException {
        // a test run in the background or under nohup may have had these ignored, and a child inherits that
        List<String> command = new ArrayList<>();
        if (descriptors > 0) {
            command.addAll(List.of("prlimit", "--nofile=" + descriptors));
        }
        command.addAll(List.of(
                "env",
                "--default-signal=HUP,INT,TERM,USR1",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms14m",
                "-Xmn8m",
                "-XX:MaxHeapFreeRatio=20",
                "-XX:MinHeapFreeRatio=10",
                "-XX:-ShrinkHeapInSteps",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.noUnsafe=false",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(folder.resolve("output").toFile());
        builder.environment().remove("SLUICE_LOG");
        builder.environment().putAll(environment);
        process = builder.start();
    }

    private InetSocketAddress listener() throws InterruptedException {
        return listener(LISTENER);
    }

    private InetSocketAddress listener(Pattern line) throws InterruptedException {
        Await.until(this::output, () -> line.matcher(output()).find() || !process.isAlive());
        Matcher matcher = line.matcher(output());
        assertThat(matcher.find()).as(output()).isTrue();
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(matcher.group(1)));
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as(output()).isTrue();
        return process.exitValue();
    }

    private static String get(InetSocketAddress address) {
        try (RawPeer client = RawPeer.connect(address)) {
            return client.send(HttpText.get("/")).response(200).body();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
