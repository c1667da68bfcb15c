package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.load;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UpstreamTlsReaderTest {
    private static final Path FILES =
            Path.of("src", "test", "resources", "io", "sluice", "config", "pem").toAbsolutePath();
    private static final String HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private static String text(String tls) {
        return LISTENER + "upstreams: { app: { endpoints: ['a:1'], tls: " + tls + " } }";
    }

    private static UpstreamTls tls(String flow) {
        return load(text(flow)).upstreams().get("app").tls();
    }

    /** Read from a file in that folder. */
    private static LoadResult read(Path folder, String tls) {
        return ConfigReader.read("test.yaml", text(tls), folder, Map.of());
    }

    private static List<String> problems(Path folder, String tls) {
        LoadResult result = read(folder, tls);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        return ((LoadResult.Rejected) result)
                .problems().stream().map(Problem::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "{ verify: true }"})
    void verifiesUnlessToldOtherwise(String flow) {
        assertThat(tls(flow)).isEqualTo(UpstreamTls.USUAL);
        assertThat(UpstreamTls.USUAL.verify()).isTrue();
    }

    @Test
    void speaksCleartextIfNothingIsSaid() {
        assertThat(tls("false")).isNull();
        assertThat(load(LISTENER + "upstreams: { app: { endpoints: ['a:1'] } }")
                        .upstreams()
                        .get("app")
                        .tls())
                .isNull();
    }

    @Test
    void readsEveryKey() {
        String flow = "{ ca: ca.pem, name: Orders.Test., names: [a.test, '10.0.0.1', 'spiffe://a/b'], publicKeys: '"
                + HASH + "', certificate: own.pem, key: own.key, versions: TLSv1.3 }";

        assertThat(tls(flow))
                .isEqualTo(new UpstreamTls(
                        Path.of("ca.pem"),
                        "orders.test",
                        List.of("a.test", "10.0.0.1", "spiffe://a/b"),
                        List.of(HASH),
                        new CertificateFiles(Path.of("own.pem"), Path.of("own.key")),
                        true,
                        Set.of(TlsVersion.TLS_1_3)));
    }

    @Test
    void trustsAnyoneOnlyIfThatIsSpeltOut() {
        assertThat(tls("{ verify: false }").trustsAnyone()).isTrue();
        assertThat(tls("{ verify: false, publicKeys: '" + HASH + "' }").trustsAnyone())
                .isFalse();
        assertThat(tls("{ verify: false, name: a }").trustsAnyone()).isTrue();
        assertThat(tls("true").trustsAnyone()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            §tls: {}                       | tls: no value (expected: true, false, or keys and values: ca, name, names, publicKeys, certificate, key, verify, versions)
            §tls:                          | tls: no value (expected: true, false, or keys and values: ca, name, names, publicKeys, certificate, key, verify, versions)
            tls: §yes                      | tls: yes (expected: true, false, or keys and values: ca, name, names, publicKeys, certificate, key, verify, versions)
            tls: { verify: §no }           | tls.verify: no (expected: one of true, false)
            tls: { name: §'a:443' }        | tls.name: a:443 (expected: a host name or an IP address) (without scheme and port)
            tls: { name: §'*.a' }          | tls.name: *.a (expected: a host name: letters, digits, - and _, with dots between)
            tls: { names: [a, §'b c'] }    | tls.names[1]: "b c" (expected: a host name: letters, digits, - and _, with dots between)
            tls: { publicKeys: §abc }      | tls.publicKeys: abc (expected: the SHA-256 of a public key, in base64)
            tls: { versions: §TLSv1.1 }    | tls.versions: TLSv1.1 (expected: one of TLSv1.2, TLSv1.3) (did you mean "TLSv1.2"?)
            tls: { §certificate: a.pem }   | tls.key: missing (expected: both certificate and key, or none)
            tls: { §key: a.key }           | tls.certificate: missing (expected: both certificate and key, or none)
            tls: { verify: false, §ca: a } | tls.ca: beside verify: false (expected: none, it would not be verified)
            tls: { verify: false, §names: a } | tls.names: beside verify: false (expected: none, it would not be verified)
            tls: true, §proxyProtocol: v1  | proxyProtocol: beside tls (expected: one of the two)
            tls: { name: a }, §proxyProtocol: v1 | proxyProtocol: beside tls (expected: one of the two)
            tls: { §cipher: a }            | tls: unknown key "cipher" (the keys here are ca, name, names, publicKeys, certificate, key, verify, versions)
            """)
    void tellsWhatIsWrong(String entry, String message) {
        assertProblems(
                LISTENER + "upstreams: { app: { endpoints: ['a:1'], " + entry + " } }", "upstreams.app." + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'unix:/a'     | §tls: true              | tls.name: missing (expected: the name in the certificate of endpoints) (a Unix socket has none)
            'unix:/a'     | §tls: { verify: true }  | tls.name: missing (expected: the name in the certificate of endpoints) (a Unix socket has none)
            { srv: _a.b } | §tls: true              | tls.name: missing (expected: the name in the certificate of endpoints) (one that SRV records tell could be anyone's)
            """)
    void asksForANameWhereThereIsNone(String endpoint, String entry, String message) {
        assertProblems(
                LISTENER + "upstreams: { app: { endpoints: [" + endpoint + "], " + entry + " } }",
                "upstreams.app." + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{ name: a }", "{ names: a }", "{ verify: false }"})
    void asksForNoNameWhereNoneIsNeeded(String flow) {
        assertThat(load(LISTENER + "upstreams: { app: { endpoints: ['unix:/a', { srv: _a.b }], tls: " + flow + " } }")
                        .upstreams())
                .hasSize(1);
    }

    @Test
    void takesPathsFromTheFolderOfTheFile() {
        LoadResult result = read(FILES, "{ ca: two.pem, certificate: ec.pem, key: ec-sec1.key }");

        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        UpstreamTls tls =
                ((LoadResult.Loaded) result).config().upstreams().get("app").tls();
        assertThat(tls.ca()).isEqualTo(FILES.resolve("two.pem"));
        assertThat(tls.identity())
                .isEqualTo(new CertificateFiles(FILES.resolve("ec.pem"), FILES.resolve("ec-sec1.key")));
    }

    @Test
    void tellsWhichFileIsNotFit() {
        assertThat(problems(FILES, "{ ca: none.pem }"))
                .containsExactly(
                        "test.yaml:2:52: upstreams.app.tls.ca: none.pem (expected: a PEM file with certificates)"
                                + " (there is no file " + FILES.resolve("none.pem") + ")");
        assertThat(problems(FILES, "{ certificate: ec-sec1.key, key: ec.pem }"))
                .hasSize(2)
                .satisfiesExactly(
                        one -> assertThat(one)
                                .endsWith(
                                        "tls.certificate: ec-sec1.key (expected: a PEM file with certificates) (it holds no certificate)"),
                        two -> assertThat(two)
                                .endsWith(
                                        "tls.key: ec.pem (expected: a PEM file with a private key) (it holds no private key)"));
    }

    @Test
    void tellsThatCertificateAndKeyAreNotAPair() {
        assertThat(problems(FILES, "{ certificate: ec.pem, key: rsa-pkcs1.key }"))
                .hasSize(1)
                .first()
                .asString()
                .endsWith("tls.key: rsa-pkcs1.key (expected: the key of certificate ec.pem)");
    }

    @Test
    void namesTheFilesThatAreToBeWatchedWhetherTheyAreThereOrNot(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("sluice.yaml");
        Path part = Files.createDirectory(folder.resolve("routes.d")).resolve("part.yaml");
        Files.writeString(part, "upstreams: { other: { endpoints: ['b:1'], tls: { ca: other.pem } } }");
        String text = text("{ ca: ca.pem, name: §, key: a.key }").replace("§", "'*'") + "\ninclude: routes.d\n";

        assertThat(ConfigReader.named(file, text, Map.of()))
                .containsExactlyInAnyOrder(
                        folder.resolve("ca.pem"), folder.resolve("a.key"), part.resolveSibling("other.pem"));
        assertThat(ConfigReader.named(file, LISTENER, Map.of())).isEmpty();
    }
}
