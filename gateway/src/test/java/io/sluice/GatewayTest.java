package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.admin.ReloadResult;
import io.sluice.config.ConfigReader;
import io.sluice.config.GatewayConfig;
import io.sluice.config.HostPort;
import io.sluice.config.LoadResult;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class GatewayTest {
    private static final String PONG = "{ name: ping, respond: { status: 200, body: pong } }";

    @TempDir
    private Path folder;

    // ---- start

    @Test
    void acceptsOnAllListenersWhenItHasStarted() throws Exception {
        try (Gateway gateway = start(config(listener("a", 0) + listener("b", 0), PONG))) {
            assertThat(get(gateway.address("a"))).isEqualTo("pong");
            assertThat(get(gateway.address("b"))).isEqualTo("pong");
        }
    }

    @Test
    void saysWhichListenerCantBeBound() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            String taken = listener("taken", other.getLocalPort());

            assertThatThrownBy(() -> start(config(taken, PONG)))
                    .isInstanceOf(StartException.class)
                    .hasMessage("listeners.taken.bind: 127.0.0.1:" + other.getLocalPort() + " (address in use)");
        }
    }

    @Test
    void freesWhatItHadBoundWhenItCantStart() throws Exception {
        int free = freePort();
        try (ServerSocket other = new ServerSocket(0)) {
            String both = listener("good", free) + listener("taken", other.getLocalPort());
            assertThatThrownBy(() -> start(config(both, PONG))).isInstanceOf(StartException.class);
        }

        try (Gateway gateway = start(config(listener("web", free), PONG))) {
            assertThat(gateway.address("web").getPort()).isEqualTo(free);
        }
    }

    @Test
    void saysThatTheAdminAddressIsTaken() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            String bind = "127.0.0.1:" + other.getLocalPort();
            String yaml = config(listener("web", 0), PONG).replace("bind: off", "bind: '" + bind + "'");

            assertThatThrownBy(() -> start(yaml)).hasMessage("admin.bind: " + bind + " (address in use)");
        }
    }

    @Test
    void opensNoAdminListenerForOthersThanThisMachine() {
        GatewayConfig read = read(config(listener("web", 0), PONG));
        GatewayConfig open = new GatewayConfig(
                read.threads(),
                read.transport(),
                read.drain(),
                read.trustedProxies(),
                read.paths(),
                read.accessLog(),
                read.tracing(),
                new GatewayConfig.Admin(new HostPort("0.0.0.0", 9900), null, null, 0),
                read.resolve(),
                read.memory(),
                read.limits(),
                read.listeners(),
                read.upstreams(),
                read.routes());

        assertThatThrownBy(() -> Gateway.start(open, null, null))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("admin.bind: 0.0.0.0:9900 (expected: a loopback address");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatATransportDoesNotWorkHere() {
        String yaml = "transport: kqueue\n" + config(listener("web", 0), PONG);

        assertThatThrownBy(() -> start(yaml))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("transport: kqueue (does not work here");
    }

    @Test
    void saysThatTheAccessLogCantBeWritten() {
        String yaml = "accessLog: " + folder.resolve("none/access.log") + "\n" + config(listener("web", 0), PONG);

        assertThatThrownBy(() -> start(yaml))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("accessLog: " + folder.resolve("none/access.log"));
    }

    // ---- change

    @Test
    void answersByTheNewRoutesOnceTheyAreApplied() throws Exception {
        try (Gateway gateway = start(config(listener("web", 0), PONG))) {
            ReloadResult result = apply(gateway, config(listener("web", 0), PONG.replace("pong", "changed")));

            assertThat(get(gateway.address("web"))).isEqualTo("changed");
            assertThat(result)
                    .isInstanceOfSatisfying(
                            ReloadResult.Applied.class,
                            applied -> assertThat(applied.version()).isEqualTo(2));
            assertThat(gateway.snapshot().version()).isEqualTo(2);
        }
    }

    @Test
    void doesNothingForTheSameConfig() throws Exception {
        String yaml = config(listener("web", 0), PONG);
        try (Gateway gateway = start(yaml)) {
            assertThat(apply(gateway, yaml)).isEqualTo(new ReloadResult.Unchanged(1, List.of()));
        }
    }

    @Test
    void keepsAnUpstreamThatDidNotChange() throws Exception {
        String before = config(listener("web", 0), "{ name: all, to: a }") + upstream("a", 1) + upstream("b", 2);
        String after = config(listener("web", 0), "{ name: all, to: b }") + upstream("a", 1) + upstream("b", 3);
        try (Gateway gateway = start(before)) {
            var first = gateway.snapshot().upstreams();
            apply(gateway, after);
            var second = gateway.snapshot().upstreams();

            assertThat(second.get("a")).isSameAs(first.get("a"));
            assertThat(second.get("b")).isNotSameAs(first.get("b"));
            assertThat(first.get("b").isRetired()).isTrue();
            assertThat(first.get("a").isRetired()).isFalse();
        }
    }

    @Test
    void opensANewListenerAndClosesARemovedOne() throws Exception {
        try (Gateway gateway = start(config(listener("old", 0), PONG))) {
            InetSocketAddress old = gateway.address("old");
            apply(gateway, config(listener("new", 0), PONG));

            assertThat(get(gateway.address("new"))).isEqualTo("pong");
            Await.until("old listener closed", () -> refuses(old));
        }
    }

    @Test
    void letsTheExchangesOfARemovedListenerFinish() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Gateway gateway =
                        start(config(listener("old", 0), "{ name: all, to: a }") + upstream("a", backend.port()))) {
            InetSocketAddress old = gateway.address("old");
            try (RawPeer client = RawPeer.connect(old)) {
                client.send(HttpText.get("/"));
                RawPeer server = backend.accept();
                server.request();
                apply(gateway, config(listener("new", 0), "{ name: all, to: a }") + upstream("a", backend.port()));
                Await.until("old listener closed", () -> refuses(old));
                server.send(HttpText.ok("late"));

                assertThat(client.response(200).body()).isEqualTo("late");
            }
        }
    }

    @Test
    void keepsTheSocketOfAListenerThatGetsOtherLimits() throws Exception {
        try (Gateway gateway = start(config(listener("web", 0), PONG));
                RawPeer client = RawPeer.connect(gateway.address("web"))) {
            InetSocketAddress before = gateway.address("web");
            apply(gateway, config(listener("web", 0).replace("}", ", limits: { head: 1KiB } }"), PONG));

            assertThat(gateway.address("web")).isEqualTo(before);
            assertThat(client.send(HttpText.get("/")).response().body()).isEqualTo("pong");
        }
    }

    @Test
    void keepsTheSocketOfAListenerThatIsRenamed() throws Exception {
        int port = freePort();
        try (Gateway gateway = start(config(listener("old", port), PONG));
                RawPeer client = RawPeer.connect(gateway.address("old"))) {
            assertThat(apply(gateway, config(listener("new", port), PONG))).isInstanceOf(ReloadResult.Applied.class);

            assertThat(client.send(HttpText.get("/")).response().body()).isEqualTo("pong");
            assertThat(get(gateway.address("new"))).isEqualTo("pong");
        }
    }

    @Test
    void keepsEverythingWhenANewListenerCantBeBound() throws Exception {
        try (ServerSocket other = new ServerSocket(0);
                Gateway gateway = start(config(listener("web", 0), PONG))) {
            String both = listener("extra", 0) + listener("taken", other.getLocalPort());
            ReloadResult result = apply(gateway, config(both, PONG.replace("pong", "changed")));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ReloadResult.Rejected.class,
                            rejected -> assertThat(
                                            rejected.problems().getFirst().message())
                                    .startsWith("listeners.taken.bind: ")
                                    .endsWith("(address in use)"));
            assertThat(get(gateway.address("web"))).isEqualTo("pong");
            assertThat(gateway.snapshot().version()).isEqualTo(1);
            assertThat(gateway.listeners()).hasSize(1);
        }
    }

    @Test
    void keepsEverythingWhenTheAccessLogCantBeOpened() throws Exception {
        try (Gateway gateway = start(config(listener("web", 0), PONG))) {
            String log = "accessLog: " + folder.resolve("none/access.log") + "\n";
            ReloadResult result = apply(gateway, log + config(listener("web", 0), PONG.replace("pong", "changed")));

            assertThat(result).isInstanceOf(ReloadResult.Rejected.class);
            assertThat(get(gateway.address("web"))).isEqualTo("pong");
        }
    }

    @Test
    void saysThatOptionsOfABoundSocketNeedARestart() throws Exception {
        String yaml = config("  web: { bind: '127.0.0.1:0', accept: { backlog: 10 } }\n", PONG);
        try (Gateway gateway = start(yaml)) {
            ReloadResult result = apply(gateway, yaml.replace("backlog: 10", "backlog: 11"));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ReloadResult.Applied.class,
                            applied -> assertThat(applied.warnings())
                                    .containsExactly(
                                            "listeners.web.accept: needs a restart; the socket stays as it is"));
            assertThat(get(gateway.address("web"))).isEqualTo("pong");
        }
    }

    @Test
    void warnsOfWhatNeedsARestart() throws Exception {
        String yaml = config(listener("web", 0), PONG);
        try (Gateway gateway = start(yaml)) {
            ReloadResult result = apply(
                    gateway,
                    yaml.replace("threads: 1", "threads: 2\ntransport: nio").replace("off", "127.0.0.1:0"));

            assertThat(result)
                    .isInstanceOfSatisfying(
                            ReloadResult.Applied.class,
                            applied -> assertThat(applied.warnings())
                                    .satisfiesExactly(
                                            threads -> assertThat(threads).startsWith("threads: needs a restart"),
                                            transport -> assertThat(transport).startsWith("transport: needs a restart"),
                                            admin -> assertThat(admin).startsWith("admin.bind: needs a restart")));
        }
    }

    @Test
    void turnsTheAccessLogOnWhileItRuns() throws Exception {
        Path log = folder.resolve("access.log");
        String yaml = config(listener("web", 0), PONG);
        try (Gateway gateway = start(yaml)) {
            get(gateway.address("web"));
            apply(gateway, "accessLog: " + log + "\n" + yaml);
            get(gateway.address("web"));
        }

        assertThat(Files.readString(log)).hasLineCount(1).contains("\"route\":\"ping\"", "\"config\":2");
    }

    @Test
    void forgetsTheFiguresOfARemovedRoute() throws Exception {
        try (Gateway gateway = start(config(listener("web", 0), PONG))) {
            get(gateway.address("web"));
            assertThat(requests(gateway, "ping")).isEqualTo(1);
            apply(gateway, config(listener("web", 0), PONG.replace("ping", "other")));
            get(gateway.address("web"));

            assertThat(requests(gateway, "ping")).isNull();
            assertThat(requests(gateway, "other")).isEqualTo(1);
        }
    }

    // ---- the file

    @Test
    void followsItsFile() throws Exception {
        Path file = folder.resolve("sluice.yaml");
        try (Gateway gateway = startFrom(file, config(listener("web", 0), PONG))) {
            Files.writeString(file, config(listener("web", 0), PONG.replace("pong", "changed")));
            Await.until("second version", () -> gateway.snapshot().version() == 2);

            assertThat(get(gateway.address("web"))).isEqualTo("changed");
            assertThat(gateway.snapshot().text()).contains("changed");
        }
    }

    @Test
    void keepsTheRunningConfigWhenItsFileIsBadAndRecoversWhenItIsGoodAgain() throws Exception {
        Path file = folder.resolve("sluice.yaml");
        String good = config(listener("web", 0), PONG);
        try (Gateway gateway = startFrom(file, good)) {
            Files.writeString(file, good + "rooutes: []\n");
            Await.until("refusal", () -> lastIsRejected(gateway));
            assertThat(get(gateway.address("web"))).isEqualTo("pong");
            assertThat(lastSuccessful(gateway)).isZero();

            Files.writeString(file, good.replace("pong", "better"));
            Await.until("recovery", () -> gateway.snapshot().version() == 2);
            assertThat(get(gateway.address("web"))).isEqualTo("better");
            Await.until("success", () -> lastSuccessful(gateway) == 1);
        }
    }

    @Test
    void countsReloadsByTheirEnd() throws Exception {
        String yaml = config(listener("web", 0), PONG);
        try (Gateway gateway = start(yaml)) {
            apply(gateway, yaml);
            apply(gateway, yaml.replace("pong", "changed"));
            gateway.reload();

            assertThat(reloads(gateway, "unchanged")).isEqualTo(1);
            assertThat(reloads(gateway, "applied")).isEqualTo(1);
            assertThat(reloads(gateway, "rejected")).isEqualTo(1);
        }
    }

    // ---- end

    @Test
    void finishesWhatRunsWhenItDrains() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Gateway gateway =
                        start(config(listener("web", 0), "{ name: all, to: a }") + upstream("a", backend.port()));
                RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/"));
            RawPeer server = backend.accept();
            server.request();
            InetSocketAddress address = gateway.address("web");
            CompletableFuture<Void> drained = Aside.start(
                    () -> assertThat(gateway.drain(Duration.ofSeconds(20))).isTrue());
            Await.until("listener closed", () -> refuses(address));
            assertThat(gateway.notReady()).isEqualTo("draining");
            server.send(HttpText.ok("late"));

            assertThat(client.response(200).body()).isEqualTo("late");
            client.expectEnd();
            drained.get();
        }
    }

    @Test
    void cutsOffWhatOutlastsTheDrain() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Gateway gateway =
                        start(config(listener("web", 0), "{ name: all, to: a }") + upstream("a", backend.port()));
                RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/"));
            backend.accept().request();

            assertThat(gateway.drain(Duration.ofMillis(50))).isFalse();
            client.expectGone();
        }
    }

    @Test
    void refusesChangesOnceItDrains() throws Exception {
        try (Gateway gateway = start(config(listener("web", 0), PONG))) {
            gateway.drain(Duration.ZERO);

            assertThat(apply(gateway, config(listener("other", 0), PONG))).isInstanceOf(ReloadResult.Rejected.class);
        }
    }

    @Test
    void appliesOneChangeAtATime() throws Exception {
        String yaml = config(listener("web", 0), PONG);
        try (Gateway gateway = start(yaml)) {
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<?>[] changes = new CompletableFuture<?>[8];
            for (int i = 0; i < changes.length; i++) {
                String mine = yaml.replace("pong", "pong-" + i);
                changes[i] = Aside.start(() -> {
                    go.await();
                    apply(gateway, mine);
                });
            }
            go.countDown();
            CompletableFuture.allOf(changes).get();

            assertThat(gateway.snapshot().version()).isEqualTo(1 + changes.length);
            assertThat(get(gateway.address("web"))).startsWith("pong-");
        }
    }

    // ---- tools

    static String config(String listeners, String route) {
        return "threads: 1\nadmin: { bind: off }\nroutes: [ " + route + " ]\nlisteners:\n" + listeners;
    }

    static String listener(String name, int port) {
        return "  " + name + ": { bind: '127.0.0.1:" + port + "' }\n";
    }

    /** The first one that follows the listeners opens the section. */
    private static String upstream(String name, int port) {
        return (name.equals("a") ? "upstreams:\n" : "") + "  " + name + ": { endpoints: [ '127.0.0.1:" + port
                + "' ] }\n";
    }

    private static GatewayConfig read(String yaml) {
        return switch (ConfigReader.read("test.yaml", yaml, null, Map.of())) {
            case LoadResult.Loaded loaded -> loaded.config();
            case LoadResult.Rejected rejected -> throw new AssertionError(rejected.problems() + "\n" + yaml);
        };
    }

    private static Gateway start(String yaml) throws StartException {
        return Gateway.start(read(yaml), yaml, null);
    }

    private static Gateway startFrom(Path file, String yaml) throws StartException, IOException {
        Files.writeString(file, yaml);
        return Gateway.start(read(yaml), yaml, file);
    }

    private static ReloadResult apply(Gateway gateway, String yaml) {
        return gateway.apply(read(yaml), yaml);
    }

    private static String get(InetSocketAddress address) throws IOException {
        try (RawPeer client = RawPeer.connect(address)) {
            return client.send(HttpText.get("/")).response(200).body();
        }
    }

    /** Outside the range that the system takes ports from. */
    private static int freePort() throws IOException {
        for (int port = 21_000; port < 31_000; port++) {
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (BindException taken) {
                // the next one
            }
        }
        throw new AssertionError("no free port");
    }

    private static boolean refuses(InetSocketAddress address) {
        try (RawPeer _ = RawPeer.connect(address)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean lastIsRejected(Gateway gateway) {
        var last = gateway.lastReload();
        return last != null && last.result() instanceof ReloadResult.Rejected;
    }

    private static double lastSuccessful(Gateway gateway) {
        return gateway.telemetry().registry().getSampleValue("sluice_config_last_reload_successful");
    }

    private static Double requests(Gateway gateway, String route) {
        String[] labels = {"route", "status"};
        return gateway.telemetry().registry().getSampleValue("sluice_requests_total", labels, new String[] {route, "2xx"
        });
    }

    private static Double reloads(Gateway gateway, String result) {
        String[] labels = {"result"};
        return gateway.telemetry().registry().getSampleValue("sluice_reloads_total", labels, new String[] {result});
    }
}
