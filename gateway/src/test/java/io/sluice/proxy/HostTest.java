package io.sluice.proxy;

import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Host that a backend sees: RFC 9110 section 7.2, RFC 9112 section 3.2. */
final class HostTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    HostTest() throws IOException {}

    private WireMessage forwarded(String line, String... fields) throws IOException {
        assertThat(gateway.exchange(head(line, fields)).status()).isEqualTo(200);
        return backend.request();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"example.test", "example.test:8080", "EXAMPLE.Test", "10.1.2.3:80", "[::1]", "[2001:db8::1]:81"})
    void isPassedAsReceived(String host) throws Exception {
        assertThat(forwarded("GET / HTTP/1.1", "Host: " + host).value("host")).isEqualTo(host);
    }

    @Test
    void isPassedOnceWhereverItStood() throws Exception {
        WireMessage request = forwarded("GET / HTTP/1.1", "A: 1", "B: 2", "host:example.test", "C: 3");

        assertThat(request.values("host")).containsExactly("example.test");
    }

    @Test
    void isReplacedByThatOfAnAbsoluteTarget() throws Exception {
        WireMessage request = forwarded("GET http://other.test:81/a HTTP/1.1", "Host: example.test");

        assertThat(request.values("host")).containsExactly("other.test:81");
    }

    @Test
    void ofAnHttp10RequestIsPassedOn() throws Exception {
        assertThat(forwarded("GET / HTTP/1.0", "Host: example.test").values("host"))
                .containsExactly("example.test");
    }
}
