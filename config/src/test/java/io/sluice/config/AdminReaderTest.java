package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminReaderTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final Map<String, String> ENV = Map.of(
            "TOKEN", TOKEN, "OTHER", "fedcba9876543210", "SHORT", "0123456789abcde", "SPACED", "0123456789 abcdef");

    @TempDir
    Path folder;

    private LoadResult read(String admin) {
        return ConfigReader.read("test.yaml", LISTENER + "admin: { " + admin + " }\n", folder, ENV);
    }

    private GatewayConfig.Admin load(String admin) {
        LoadResult result = read(admin);
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return ((LoadResult.Loaded) result).config().admin();
    }

    private List<Problem> problems(String admin) {
        LoadResult result = read(admin);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        return ((LoadResult.Rejected) result).problems();
    }

    @Test
    void hasNoTokenUnlessOneIsGiven() {
        assertThat(load("bind: 127.0.0.1:9900").token()).isNull();
        assertThat(load("bind: 127.0.0.1:9900").readToken()).isNull();
    }

    @Test
    void readsTokensFromTheEnvironmentAndFromFiles() throws IOException {
        Files.writeString(folder.resolve("admin.token"), TOKEN + "\n");
        GatewayConfig.Admin admin = load("bind: 0.0.0.0:9900, token: '${file:admin.token}', readToken: '${OTHER}'");

        assertThat(admin.bind()).isEqualTo(new HostPort("0.0.0.0", 9900));
        assertThat(admin.token()).isEqualTo(new Secret(TOKEN));
        assertThat(admin.readToken()).isEqualTo(new Secret("fedcba9876543210"));
    }

    @Test
    void readsHowManyHeadsAreKept() {
        assertThat(load("bind: 127.0.0.1:9900").samples()).isEqualTo(10_000);
        assertThat(load("samples: 5").samples()).isEqualTo(5);
        assertThat(load("samples: none").samples()).isZero();
        assertThat(load("bind: off, samples: 5").samples()).isZero();
        assertThat(problems("samples: 0"))
                .singleElement()
                .extracting(Problem::message)
                .isEqualTo("admin.samples: 0 (expected: 1..100000, or none)");
    }

    @Test
    void showsNoTokenWherePeopleMayLook() {
        assertThat(load("token: '${TOKEN}'").toString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            token: 0123456789abcdef                     | admin.token: written out
            token: "${NONE:0123456789abcdef}"           | admin.token: written out
            token: "x${TOKEN}"                          | admin.token: written out
            token: "${SHORT}"                           | admin.token: "${SHORT}" stands for something else (expected: 16 to 256
            token: "${SPACED}"                          | admin.token: "${SPACED}" stands for something else (expected: 16 to 256
            token: "${NONE}"                            | "${NONE}": no such environment variable
            token: [ a ]                                | admin.token: a list (expected: ${NAME} or ${file:path})
            token:                                      | admin.token: no value (expected: ${NAME} or ${file:path})
            token: "${TOKEN}", readToken: "${TOKEN}"    | admin.readToken: the same as token
            readToken: "${TOKEN}"                       | admin.readToken: there is no token
            bind: "0.0.0.0:9900"                        | admin.bind: 0.0.0.0:9900 (expected: a loopback address, such as 127.0.0.1:9900, or a token)
            bind: ":9900"                               | admin.bind: :9900 (expected: a loopback address
            """)
    void tellsWhatIsWrongWithATokenAndNotWhatItIs(String admin, String message) {
        assertThat(problems(admin)).singleElement().satisfies(problem -> {
            assertThat(problem.message()).startsWith(message);
            assertThat(problem.toString()).doesNotContain("0123456789");
        });
    }
}
