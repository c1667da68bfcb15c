package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT is refused, whatever it asks for: RFC 9110 section 9.3.6. Nothing reaches a backend, and nobody gets a tunnel. */
final class ConnectTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("reached"));

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend));

    ConnectTest() throws IOException {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT example.test:443 HTTP/1.1",
                "CONNECT example.test:443 HTTP/1.0",
                "CONNECT example.test HTTP/1.1",
                "CONNECT 127.0.0.1:BACKEND HTTP/1.1",
                "CONNECT [::1]:443 HTTP/1.1",
                "CONNECT user@example.test:443 HTTP/1.1",
                "CONNECT / HTTP/1.1",
                "CONNECT http://example.test/ HTTP/1.1",
                "CONNECT * HTTP/1.1",
            })
    void isRefused(String line) throws Exception {
        String there = line.replace("BACKEND", Integer.toString(backend.port()));
        try (RawPeer client = gateway.client()) {
            client.send(head(there, "Host: example.test:443"));

            expectRefusal(client, Failure.REQUEST_METHOD_UNSUPPORTED);
        }
        assertThat(backend.connections()).isZero();
        assertThat(gateway.counted(
                        "sluice_failures_total",
                        "route",
                        "",
                        "cause",
                        Failure.REQUEST_METHOD_UNSUPPORTED.cause(),
                        "side",
                        "client"))
                .isEqualTo(1);
    }

    @Test
    void takesNothingThatFollowsForARequest() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(head("CONNECT example.test:443 HTTP/1.1", "Host: example.test:443") + get("/inside"));

            expectRefusal(client, Failure.REQUEST_METHOD_UNSUPPORTED);
        }
        assertThat(backend.connections()).isZero();
    }

    @Test
    void isAMethodOnlyAsItIsWritten() throws Exception {
        try (RawPeer client = gateway.client()) {
            // another method of that name is a method like any other
            client.send(head("connect / HTTP/1.1", "Host: example.test"));
            client.response(200);
        }
        assertThat(backend.request().method()).isEqualTo("connect");
    }
}
