package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admin.Author;
import io.sluice.admin.Written;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code sluice plan}, {@code history}, {@code rollback} and {@code confirm}, against a running gateway. */
final class RemoteCommandsTest {
    private static final String CONFIG = """
            admin: { bind: '127.0.0.1:0', token: '${file:token}' }
            listeners:
              web: { bind: '127.0.0.1:0' }
            routes:
              - { name: fixed, match: { path: '/fixed/**' }, respond: { status: 204 } }
            """;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), "the-token-0123456789");
        file = Files.writeString(folder.resolve("sluice.yaml"), CONFIG);
        gateway = Gateway.start((LoadResult.Loaded) ConfigReader.read(file, Map.of()), file);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private int run(String command, String... more) {
        return ask("127.0.0.1:" + gateway.adminAddress().getPort(), command, more);
    }

    private int ask(String address, String command, String... more) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        String token = folder.resolve("token").toString();
        List<String> all = new ArrayList<>(List.of(command, "--admin", address, "--token-file", token));
        all.addAll(List.of(more));
        return line.execute(all.toArray(String[]::new));
    }

    private String other(String text) throws IOException {
        return Files.writeString(folder.resolve("other.yaml"), text).toString();
    }

    @Test
    void planSaysWhatWouldChangeAndForWhom() throws Exception {
        try (RawPeer client = RawPeer.connect(gateway.address("web"))) {
            client.send(HttpText.get("/fixed/a")).response(204);
        }

        assertThat(run("plan", "-c", other(CONFIG.replace("/fixed/**", "/firm/**"))))
                .isEqualTo(2);
        assertThat(out.toString()).startsWith("""
                        against version 1: 1 route changed
                        ~ route fixed
                            match.path: /fixed/** -> /firm/**
                        kept: 0 upstreams with all connections, 1 listener
                        of 1 sampled request since \
                        """).endsWith("""
                        : 1 would change route, 1 would get no route any more (1 have none then)
                          1  fixed -> no route: 404, such as GET example.test/fixed/a
                        """);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void planSaysThatNothingWouldChange() {
        assertThat(run("plan", "-c", file.toString())).isZero();
        assertThat(out.toString()).startsWith("against version 1: no change\n");
    }

    @Test
    void planSaysWhatIsWrong() throws IOException {
        assertThat(run("plan", "-c", other(CONFIG + "rooutes: []\n"))).isEqualTo(1);
        assertThat(err.toString()).contains("sluice.yaml:6:1: unknown key \"rooutes\"");
        assertThat(run("plan", "-c", folder.resolve("none.yaml").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("none.yaml: no such file");
        assertThat(run("plan")).isEqualTo(1);
    }

    @Test
    void saysThatThereIsNoGatewayOrThatItRefuses() throws IOException {
        String nobody = "127.0.0.1:" + ScriptedBackend.unusedPort();
        assertThat(ask(nobody, "history")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(nobody + ": can't be reached (expected: the admin listener of a running gateway)\n");
        // the gateway takes over another one, so this asks with one that it never had
        Path wrong = Files.writeString(folder.resolve("wrong"), "another-token-0123456789");
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(err, true));
        String address = "127.0.0.1:" + gateway.adminAddress().getPort();
        assertThat(line.execute("history", "--admin", address, "--token-file", wrong.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("401, wrong token");
    }

    @Test
    void historyShowsVersionsAndRollbackLeadsBack() throws IOException {
        String changed = CONFIG.replace("204", "410");
        assertThat(gateway.write(changed.getBytes(StandardCharsets.UTF_8), null, Author.PROGRAM, null))
                .isInstanceOf(Written.Done.class);
        assertThat(run("history")).isZero();
        assertThat(out.toString().lines()).hasSize(2).first().asString().matches(" +2  .*Z  program: 1 route changed");
        assertThat(run("rollback", "1")).isZero();
        assertThat(out.toString()).contains("version 3 in force: the text of version 1\n");
        assertThat(file).hasContent(CONFIG);
        assertThat(run("history", "2")).isZero();
        assertThat(out.toString()).endsWith(changed);
        assertThat(run("rollback", "17")).isEqualTo(1);
        assertThat(err.toString()).contains("404, version 17: not in the history");
    }

    @Test
    void confirmKeepsWhatWaits() throws IOException {
        String changed = CONFIG.replace("204", "410");
        assertThat(gateway.write(changed.getBytes(StandardCharsets.UTF_8), null, Author.PROGRAM, null))
                .isInstanceOf(Written.Done.class);
        assertThat(run("rollback", "1", "--confirm", "1h")).isZero();
        assertThat(file).hasContent(changed);
        assertThat(gateway.pending()).isNotNull();

        assertThat(run("confirm")).isZero();
        assertThat(out.toString()).endsWith("version 3 stays, and is in the file\n");
        assertThat(file).hasContent(CONFIG);
        assertThat(gateway.pending()).isNull();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void confirmSaysThatNothingWaits() {
        assertThat(run("confirm")).isEqualTo(1);
        assertThat(err.toString()).contains("409, nothing waits to be confirmed (expected: ");
        assertThat(out.toString()).isEmpty();
    }
}
