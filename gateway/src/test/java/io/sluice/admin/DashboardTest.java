package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.AdminClient;
import io.sluice.testing.HttpText;
import io.sluice.testing.WireMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dashboard's files, from a listener that needs a token for all else. */
final class DashboardTest {
    /** Beside those of the dashboard, if it was built; with stand-ins for its compressed forms. */
    private static final String ASSET = "/assets/for-tests-0a1b2c3d.js";

    private static final String TEXT = "export const answer = 42;\n";

    @TempDir
    private Path folder;

    private Setting setting;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), "the-token-0123456789");
        setting = Setting.in(
                folder,
                Setting.CONFIG.replace(
                        "'127.0.0.1:0' }\nlisteners", "'127.0.0.1:0', token: '${file:token}' }\nlisteners"));
    }

    @AfterEach
    void stop() throws IOException {
        setting.close();
    }

    private AdminClient nobody() {
        return setting.admin();
    }

    @Test
    void givesThePageToAnybodyAndNothingElse() throws IOException {
        WireMessage page = nobody().get("/");

        assertThat(page.status()).isEqualTo(200);
        boolean built = Dashboard.class.getResource("/io/sluice/dashboard/index.html") != null;
        assertThat(page.value("content-type")).startsWith(built ? "text/html" : "text/plain");
        if (!built) {
            assertThat(page.body()).contains("has no dashboard").contains("/api/v1/openapi.json");
        }
        assertThat(nobody().get("/api/v1/config").status()).isEqualTo(401);
        assertThat(nobody().get("/metrics").status()).isEqualTo(401);
    }

    @Test
    void letsAPageUseNothingFromElsewhere() throws IOException {
        WireMessage page = nobody().get("/");

        assertThat(page.value("content-security-policy"))
                .startsWith("default-src 'none'; script-src 'self';")
                .contains("connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.value("x-content-type-options")).isEqualTo("nosniff");
        assertThat(page.value("referrer-policy")).isEqualTo("no-referrer");
    }

    @Test
    void letsAnAssetBeKeptForeverAndThePageBeAskedForAgain() throws IOException {
        WireMessage asset = nobody().get(ASSET);

        assertThat(asset.status()).isEqualTo(200);
        assertThat(asset.body()).isEqualTo(TEXT);
        assertThat(asset.value("content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(asset.value("cache-control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(nobody().get("/").value("cache-control")).isEqualTo("no-cache");
    }

    @Test
    void answersThatAFileIsTheOneThatTheClientHas() throws IOException {
        for (String path : new String[] {"/", ASSET}) {
            String etag = nobody().get(path).value("etag");
            WireMessage again = nobody().get(path, "If-None-Match: \"other\", " + etag);

            assertThat(again.status()).isEqualTo(304);
            assertThat(again.value("etag")).isEqualTo(etag);
            assertThat(again.body()).isEmpty();
        }
    }

    @Test
    void givesTheSmallestFormThatTheClientTakes() throws IOException {
        WireMessage brotli = nobody().get(ASSET, "Accept-Encoding: gzip, deflate, BR");
        WireMessage gzip = nobody().get(ASSET, "Accept-Encoding: br;q=0, gzip;q=0.5");
        WireMessage plain = nobody().get(ASSET, "Accept-Encoding: deflate");

        assertThat(brotli.value("content-encoding")).isEqualTo("br");
        assertThat(brotli.body()).isEqualTo("stands for the same in brotli");
        assertThat(gzip.value("content-encoding")).isEqualTo("gzip");
        assertThat(unzipped(gzip.body())).isEqualTo(TEXT);
        assertThat(plain.value("content-encoding")).isNull();
        assertThat(plain.body()).isEqualTo(TEXT);
        assertThat(plain.value("vary")).isEqualTo("accept-encoding");
        assertThat(brotli.value("etag")).isNotEqualTo(gzip.value("etag")).isNotEqualTo(plain.value("etag"));
    }

    private static String unzipped(String bytes) throws IOException {
        byte[] zipped = bytes.getBytes(StandardCharsets.ISO_8859_1);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void tellsTheLengthToHeadAndTakesNothingElse() throws IOException {
        WireMessage head = nobody().get(ASSET);
        String length = head.value("content-length");
        try (var peer = nobody().connect()) {
            peer.send(nobody().request("HEAD " + ASSET + " HTTP/1.1"));
            assertThat(peer.head().value("content-length")).isEqualTo(length);
            // nothing of a body stands before the next answer
            peer.send(nobody().request("GET " + ASSET + " HTTP/1.1")).response(200);
        }
        WireMessage post = nobody().send("POST", ASSET, "{}");
        assertThat(post.status()).isEqualTo(405);
        assertThat(post.value("allow")).isEqualTo("GET, HEAD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/assets",
                "/assets/",
                "/assets/nothing.js",
                "/assets/for-tests-0a1b2c3d.js.gz",
                "/assets/../assets/for-tests-0a1b2c3d.js",
                "/assets/..%2Fassets/for-tests-0a1b2c3d.js",
                "/assets//for-tests-0a1b2c3d.js",
                "/../admin/openapi/api.json",
                "/..%2fadmin/openapi/api.json",
                "/%2e%2e/admin/openapi/api.json",
                "/..\\admin\\openapi\\api.json",
                "//etc/passwd.txt",
                "/assets/for-tests-0a1b2c3d.js%00.css",
                "/.git/config.json"
            })
    void findsNothingOutsideOfItsFolder(String path) throws IOException {
        assertThat(nobody().get(path).status()).isEqualTo(401);
        assertThat(nobody().with("the-token-0123456789").get(path).status()).isEqualTo(404);
    }

    /** Without a token the listener is this machine's alone: a page of a stranger must not get at it by another name. */
    @Test
    void keepsPagesOfOtherNamesOutWhereThereIsNoToken(@TempDir Path other) throws Exception {
        try (Setting open = Setting.in(other)) {
            String strange = HttpText.head("GET / HTTP/1.1", "Host: evil.example");
            assertThat(open.admin().exchange(strange).status()).isEqualTo(403);
            assertThat(open.admin().get("/").status()).isEqualTo(200);
        }
    }
}
