package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each request has an id: made here, or passed on. */
final class RequestIdTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("trustedProxies: [ 127.0.0.0/8 ]"));

    @AutoClose
    private final RawPeer client = gateway.client();

    RequestIdTest() throws IOException {}

    @Test
    void isMadeWhereThereIsNone() throws Exception {
        client.send(get("/")).response(200);

        assertThat(backend.request().value("x-request-id")).matches("[A-Za-z0-9-]{16,64}");
    }

    @Test
    void isAnotherOneForEachRequest() throws Exception {
        for (int i = 0; i < 100; i++) {
            client.send(get("/")).response(200);
        }

        assertThat(backend.requests())
                .extracting(request -> request.value("x-request-id"))
                .doesNotContainNull()
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc-123", "0af7651916cd43dd8448eb211c80319c", "a.b_c~d"})
    void isPassedOn(String id) throws Exception {
        client.send(request("GET / HTTP/1.1", "X-Request-ID: " + id)).response(200);

        assertThat(backend.request().values("x-request-id")).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\u00e9", "a\tb"})
    void isMadeAnewWhereItCouldMisleadALog(String id) throws Exception {
        client.send(request("GET / HTTP/1.1", "X-Request-ID: " + id)).response(200);

        assertThat(backend.request().values("x-request-id")).hasSize(1).doesNotContain(id);
    }

    @Test
    void isMadeAnewWhereItIsVeryLong() throws Exception {
        client.send(request("GET / HTTP/1.1", "X-Request-ID: " + "a".repeat(5000)))
                .response(200);

        assertThat(backend.request().value("x-request-id")).hasSizeLessThan(300);
    }

    @Test
    void isOneWhereSeveralCame() throws Exception {
        client.send(request("GET / HTTP/1.1", "X-Request-ID: a1", "X-Request-ID: b2"))
                .response(200);

        WireMessage request = backend.request();
        assertThat(request.values("x-request-id")).hasSize(1);
    }
}
