package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange in which one side stops at one byte, and what must come of it.
 *
 * @param name for people
 * @param end what the client gets
 * @param cause of the exchange; null: it goes well, or there is none
 * @param body of the response, where the endpoint's own is to arrive
 */
record ByteFault(String name, End end, @Nullable Failure cause, String body, Backend backend, Client client) {

    /** How a peer stops. */
    enum Stop {
        RESET,
        FIN,
        STALL;

        void on(RawPeer peer) throws IOException {
            switch (this) {
                case RESET -> peer.reset();
                case FIN -> peer.halfClose();
                case STALL -> {}
            }
        }
    }

    /** What the client gets. */
    enum End {
        /** The response of the endpoint. */
        WHOLE,
        /** That of another endpoint. */
        ELSEWHERE,
        /** An answer that names the cause. */
        ANSWERED,
        /** No whole response. */
        CUT,
        /** Not a byte: there was no request. */
        NOTHING
    }

    /** Plays a connection of the endpoint. */
    @FunctionalInterface
    interface Backend {
        /** @param first of the endpoint */
        void serve(RawPeer connection, boolean first) throws Exception;
    }

    /** Sends the request, and stops where it is the client that does. */
    @FunctionalInterface
    interface Client {
        void play(RawPeer client, String target) throws Exception;
    }

    static final String HONEST = "next";
    static final String OTHER = "other";

    /** Whether an exchange of its route is to be seen. */
    boolean isRouted() {
        return end != End.NOTHING && cause != Failure.REQUEST_HEAD_TIMEOUT;
    }

    /** Answers what comes as it should; the faulty request must not be among that. */
    static void serveHonestly(RawPeer connection) throws IOException {
        for (WireMessage request = connection.requestOrEnd(); request != null; request = connection.requestOrEnd()) {
            if (!request.target().startsWith("/n/")) {
                throw new AssertionError("was sent twice: " + request.startLine());
            }
            connection.send(ok(HONEST));
        }
    }

    /** What the client gets is what it must get. */
    void check(RawPeer peer) throws IOException {
        switch (end) {
            case WHOLE -> assertThat(peer.response(200).body()).isEqualTo(body);
            case ELSEWHERE -> assertThat(peer.response(200).body()).isEqualTo(OTHER);
            case ANSWERED -> {
                Failure why = cause;
                assertThat(why).isNotNull();
                if (why != null) {
                    expectFailure(peer, why);
                }
            }
            case CUT -> expectNoWhole(peer);
            case NOTHING -> assertThat(peer.readUntilGone()).isEmpty();
        }
    }

    private static void expectNoWhole(RawPeer peer) throws IOException {
        WireMessage taken;
        try {
            taken = peer.response();
        } catch (SocketTimeoutException hangs) {
            throw hangs;
        } catch (IOException expected) {
            return;
        }
        throw new AssertionError("took this for a whole response:\n" + taken.head() + taken.body());
    }
}
