package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Flood;
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

/** Final responses that come before their request has ended: RFC 9112 section 9.3, RFC 9110 section 7.5. */
final class EarlyResponseTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(Setup.of(backend).streaming());

    @AutoClose
    private final RawPeer client = gateway.client();

    EarlyResponseTest() throws IOException {}

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000", "Transfer-Encoding: chunked"})
    void passesItOnAndClosesBothSides(String framing) throws Exception {
        client.send(request("POST / HTTP/1.1", framing) + (framing.endsWith("chunked") ? chunk("start") : "start"));
        RawPeer upstream = backend.accept();
        upstream.head();

        upstream.send(response("403 Forbidden", "no"));

        WireMessage response = client.response(403);
        assertThat(response.body()).isEqualTo("no");
        assertThat(response.names("connection", "close")).isTrue();
        client.expectEnd();
        upstream.expectGone();
    }

    @Test
    void passesItOnAlsoToAClientThatGoesOnSending() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 3000000") + "start");
        RawPeer upstream = backend.accept();
        upstream.head();
        upstream.send(response("413 Content Too Large", "no"));

        client.send("x".repeat(1_000_000));

        assertThat(client.response(413).body()).isEqualTo("no");
        client.expectEnd();
    }

    @Test
    void passesItOnWhenTheBackendClosesRightAfterIt() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 3000000") + "start");
        RawPeer upstream = backend.accept();
        upstream.head();
        upstream.read(5);

        upstream.send(response("413 Content Too Large", "no", "Connection: close"))
                .close();

        assertThat(client.response(413).body()).isEqualTo("no");
        client.expectEnd();
    }

    @Test
    void passesItOnWhenTheBackendResetsTheRest() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (RawPeer uploading = gateway.client()) {
                uploading.send(request("POST / HTTP/1.1", "Content-Length: 100000000"));
                RawPeer upstream = backend.accept();
                upstream.head();
                Flood flood = Flood.into(uploading, new byte[100_000], 1000);
                flood.awaitDoneOrStalled();
                // closing with unread bytes makes it a reset, right behind the answer
                upstream.send(response("413 Content Too Large", "no", "Connection: close"))
                        .close();

                assertThat(uploading.response(413).body()).isEqualTo("no");
            }
        }
    }

    @Test
    void takesNoRestOfABodyForARequest() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 1000"));
        RawPeer upstream = backend.accept();
        upstream.head();
        upstream.send(response("403 Forbidden", "no"));
        client.response(403);

        client.send(get("/smuggled"));

        client.expectEnd();
        assertThat(backend.connections()).isEqualTo(1);
    }

    @Test
    void leavesTheConnectionsOpenWhereTheRequestEndedInTime() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 5") + "whole");
        RawPeer upstream = backend.accept();
        upstream.request();
        upstream.send(response("403 Forbidden", "no"));
        assertThat(client.response(403).names("connection", "close")).isFalse();

        client.send(get("/"));
        upstream.request();
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }
}
