package io.sluice.proxy;

import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend is told about the client: RFC 7239, RFC 9110 section 7.6.3. Nobody untrusted can tell it else. */
final class ForwardedHeadersTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));

    @AutoClose
    private final RunningGateway strict = RunningGateway.before(backend);

    @AutoClose
    private final RunningGateway trusting = RunningGateway.of(Setup.of(backend).top("trustedProxies: [ 127.0.0.0/8 ]"));

    @AutoClose
    private final RunningGateway trustingOthers =
            RunningGateway.of(Setup.of(backend).top("trustedProxies: [ 10.0.0.0/8, \"::1/128\" ]"));

    ForwardedHeadersTest() throws IOException {}

    private WireMessage forwarded(RunningGateway gateway, String... fields) throws IOException {
        assertThat(gateway.exchange(request("GET / HTTP/1.1", fields)).status()).isEqualTo(200);
        return backend.request();
    }

    @Test
    void writesWhereTheRequestCameFrom() throws Exception {
        WireMessage request = forwarded(strict);

        assertThat(request.value("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.value("x-forwarded-proto")).isEqualTo("http");
        assertThat(request.value("x-forwarded-host")).isEqualTo("example.test");
    }

    @Test
    void writesForwarded() throws Exception {
        String forwarded = forwarded(strict).value("forwarded");

        assertThat(forwarded).isNotNull();
        assertThat(forwarded.toLowerCase(java.util.Locale.ROOT).split(";"))
                .extracting(pair -> pair.strip().replace("\"", ""))
                .contains("for=127.0.0.1", "proto=http", "host=example.test");
    }

    @Test
    void quotesAHostWithAPortInForwarded() throws Exception {
        strict.exchange(head("GET / HTTP/1.1", "Host: example.test:8080"));

        assertThat(backend.request().value("forwarded")).contains("host=\"example.test:8080\"");
    }

    @Test
    void writesViaWithTheVersionReceived() throws Exception {
        strict.exchange(head("GET / HTTP/1.0", "Host: a"));
        strict.exchange(request("GET / HTTP/1.1"));

        assertThat(backend.requests().getFirst().value("via")).startsWith("1.0 ");
        assertThat(backend.requests().getLast().value("via")).startsWith("1.1 ");
    }

    @Test
    void appendsToVia() throws Exception {
        WireMessage request = forwarded(strict, "Via: 1.0 first", "Via: 1.1 second");

        String all = String.join(", ", request.values("via"));
        assertThat(all).startsWith("1.0 first, 1.1 second, 1.1 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 6.6.6.6",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.test",
                "X-Forwarded-Port: 666",
                "X-Real-IP: 6.6.6.6",
                "Forwarded: for=6.6.6.6;proto=https;host=evil.test",
                "x-forwarded-for: 6.6.6.6, 7.7.7.7"
            })
    void dropsWhatAnUntrustedClientSays(String field) throws Exception {
        String name = field.substring(0, field.indexOf(':'));
        String said = field.substring(field.indexOf(' ') + 1);

        for (String value : forwarded(strict, field, field).values(name)) {
            assertThat(value).doesNotContain(said);
        }
    }

    @Test
    void dropsItAlsoWhereOnlyOtherNetworksAreTrusted() throws Exception {
        WireMessage request = forwarded(trustingOthers, "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https");

        assertThat(request.value("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.value("x-forwarded-proto")).isEqualTo("http");
    }

    @Test
    void appendsToWhatATrustedProxySays() throws Exception {
        WireMessage request = forwarded(trusting, "X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 10.0.0.1");

        assertThat(String.join(", ", request.values("x-forwarded-for"))).isEqualTo("1.2.3.4, 10.0.0.1, 127.0.0.1");
    }

    @Test
    void keepsTheProtocolAndHostThatATrustedProxySays() throws Exception {
        WireMessage request = forwarded(trusting, "X-Forwarded-Proto: https", "X-Forwarded-Host: outside.test");

        assertThat(request.values("x-forwarded-proto")).containsExactly("https");
        assertThat(request.values("x-forwarded-host")).containsExactly("outside.test");
    }

    @Test
    void appendsToForwardedOfATrustedProxy() throws Exception {
        WireMessage request = forwarded(trusting, "Forwarded: for=1.2.3.4;proto=https");

        String all = String.join(", ", request.values("forwarded"));
        assertThat(all).startsWith("for=1.2.3.4;proto=https, ").contains("127.0.0.1");
    }

    @Test
    void writesAFreshOneWhereATrustedProxySaysNothing() throws Exception {
        WireMessage request = forwarded(trusting);

        assertThat(request.value("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(request.value("x-forwarded-proto")).isEqualTo("http");
        assertThat(request.value("x-forwarded-host")).isEqualTo("example.test");
    }
}
