package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Backend.Frame;
import io.sluice.testing.H2Backend.Section;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.H2Response;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients of HTTP/2 before a backend that speaks HTTP/2 too. */
final class H2BothSidesTest {
    private static final int NO_ERROR = 0;
    private static final int INTERNAL_ERROR = 2;
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.of(
            Setup.of(backend).streaming().upstream("protocol: h2").connections("max: 1"));

    @AutoClose
    private final H2Peer client = H2Peer.connect(gateway.address());

    H2BothSidesTest() throws IOException {}

    private H2Backend greeted() throws Exception {
        return H2Backend.on(backend.accept()).settings();
    }

    @Test
    void bothSidesTalkInTurn() throws Exception {
        client.post(1, "/talk", "te: trailers", "content-type: application/grpc");
        H2Backend peer = greeted();
        Section head = peer.section();
        assertThat(head.get("te")).isEqualTo("trailers");
        assertThat(head.get("content-type")).isEqualTo("application/grpc");
        int stream = head.stream();
        client.data(1, "one", false);
        assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("one");
        peer.headers(stream, false, ":status: 200", "content-type: application/grpc")
                .data(stream, false, "uno");
        client.await(H2Frame.HEADERS);
        assertThat(new String(client.await(H2Frame.DATA).payload(), ISO_8859_1)).isEqualTo("uno");
        client.data(1, "two", true);
        assertThat(peer.body(stream)).isEqualTo("two");
        peer.headers(stream, true, "grpc-status: 0");
        H2Frame trailers = client.await(H2Frame.HEADERS);
        assertThat(client.fields(trailers.payload())).containsExactly("grpc-status: 0");
        assertThat(trailers.has(H2Frame.END_STREAM)).isTrue();
    }

    @Test
    void manyRequestsOfManyClientsShareTheOnlyConnection() throws Exception {
        try (H2Peer other = H2Peer.connect(gateway.address())) {
            client.get(1, "/1").get(3, "/3");
            H2Backend peer = greeted();
            int first = peer.section().stream();
            int second = peer.section().stream();
            other.get(1, "/other");
            int third = peer.section().stream();
            for (int stream : new int[] {third, second, first}) {
                peer.headers(stream, false, ":status: 200").data(stream, true, "" + stream);
            }
            assertThat(other.response(1).body()).isEqualTo("" + third);
            // in the order in which they were answered
            assertThat(client.response(3).body()).isEqualTo("" + second);
            assertThat(client.response(1).body()).isEqualTo("" + first);
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void anInterimResponseGoesThrough() throws Exception {
        client.get(1, "/");
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 103", "link: </a>").headers(stream, true, ":status: 204");
        H2Response got = client.response(1);
        assertThat(got.heads().getFirst()).contains(":status: 103", "link: </a>");
        assertThat(got.status()).isEqualTo(204);
    }

    @Test
    void anEarlyResponseEndsTheRequestOnBothSides() throws Exception {
        client.post(1, "/");
        client.data(1, "begun", false);
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        peer.next(H2Backend.DATA);
        peer.headers(stream, true, ":status: 413");
        assertThat(peer.next(H2Backend.RST_STREAM).number(0)).isEqualTo(CANCEL);
        assertThat(client.fields(client.await(H2Frame.HEADERS).payload())).contains(":status: 413");
        assertThat(client.resetOf(1)).isEqualTo(NO_ERROR);
    }

    @Test
    void aResetOfTheClientGoesThrough() throws Exception {
        client.get(1, "/");
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        client.reset(1, CANCEL);
        Frame reset = peer.next(H2Backend.RST_STREAM);
        assertThat(reset.stream()).isEqualTo(stream);
        assertThat(reset.number(0)).isEqualTo(CANCEL);
    }

    @Test
    void aResetOfTheBackendWithinItsResponseGoesThrough() throws Exception {
        client.get(1, "/").get(3, "/other");
        H2Backend peer = greeted();
        int stream = peer.section().stream();
        int other = peer.section().stream();
        peer.headers(stream, false, ":status: 200").data(stream, false, "begun").reset(stream, INTERNAL_ERROR);
        H2Response cut = client.response(1);
        assertThat(cut.body()).isEqualTo("begun");
        assertThat(cut.reset()).isNotEqualTo(H2Response.NOT_RESET);
        peer.headers(other, true, ":status: 204");
        assertThat(client.response(3).status()).isEqualTo(204);
    }

    @Test
    void aRefusedRequestIsSentAgain() throws Exception {
        client.post(1, "/");
        client.data(1, "hi", true);
        H2Backend peer = greeted();
        peer.reset(peer.section().stream(), REFUSED_STREAM);
        Frame frame;
        do {
            frame = peer.next();
        } while (frame.type() != H2Backend.HEADERS);
        Section again = peer.section(frame);
        assertThat(peer.body(again.stream())).isEqualTo("hi");
        peer.headers(again.stream(), true, ":status: 204");
        assertThat(client.response(1).status()).isEqualTo(204);
    }

    @Test
    void aFailureIsToldInTheWordsOfGrpc() throws Exception {
        client.post(1, "/", "te: trailers", "content-type: application/grpc+proto");
        H2Backend peer = greeted();
        peer.reset(peer.section().stream(), INTERNAL_ERROR);
        H2Frame only = client.await(H2Frame.HEADERS);
        assertThat(only.has(H2Frame.END_STREAM)).isTrue();
        assertThat(client.fields(only.payload()))
                .contains(
                        ":status: 200",
                        "content-type: application/grpc",
                        "grpc-status: 14",
                        "grpc-message: upstream-reset: endpoint reset the stream before its response");
    }
}
