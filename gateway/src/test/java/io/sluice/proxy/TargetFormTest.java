package io.sluice.proxy;

import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of the request target: RFC 9112 section 3.2. */
final class TargetFormTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    TargetFormTest() throws IOException {}

    private String forwarded(String line) throws IOException {
        assertThat(gateway.exchange(request(line)).status()).isEqualTo(200);
        return backend.request().startLine();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a/b/",
                "/a?b=c&d=e",
                "/a?",
                "/?",
                "/a?b=/../c//d",
                "/a?q=a%20b+c%2F",
                "/a;v=1/b:c@d",
                "/a%20b",
                "/%C3%A9",
                "/a!$&'()*+,=~-._",
                "/a?x=http://other.test/?y"
            })
    void passesAnOriginFormOn(String target) throws Exception {
        assertThat(forwarded("GET " + target + " HTTP/1.1")).isEqualTo("GET " + target + " HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.test/a?b=c, /a?b=c",
        "http://example.test:80/a, /a",
        "http://example.test, /",
        "http://example.test?b=c, /?b=c",
        "http://example.test/?, /?",
        "HTTP://EXAMPLE.test/A, /A",
        "http://[::1]:81/a, /a"
    })
    void passesAnAbsoluteFormOnAsOriginForm(String target, String origin) throws Exception {
        assertThat(forwarded("GET " + target + " HTTP/1.1")).isEqualTo("GET " + origin + " HTTP/1.1");
    }

    @Test
    void passesTheAsteriskOn() throws Exception {
        assertThat(forwarded("OPTIONS * HTTP/1.1")).isEqualTo("OPTIONS * HTTP/1.1");
    }

    @Test
    void makesAnAsteriskOfAnAbsoluteFormWithoutPath() throws Exception {
        assertThat(forwarded("OPTIONS http://example.test HTTP/1.1")).isEqualTo("OPTIONS * HTTP/1.1");
    }

    @Test
    void keepsThePathOfOptions() throws Exception {
        assertThat(forwarded("OPTIONS /a HTTP/1.1")).isEqualTo("OPTIONS /a HTTP/1.1");
    }
}
