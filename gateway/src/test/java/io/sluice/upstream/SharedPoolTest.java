package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Backend.Frame;
import io.sluice.testing.H2Backend.Section;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How connections of HTTP/2 are shared: by exchanges, and by loops. */
final class SharedPoolTest {

    @Test
    void opensAnotherConnectionWhenAllHaveAsManyStreamsAsTheyMay() throws Exception {
        try (SharedLine line = new SharedLine(1, Gate.limits().max(2).streams(2))) {
            SharedLine.Opened opened = line.opened();
            line.leased().get("/");
            Attempt third = line.gate.attempt().lease();
            line.greeted();
            assertThat(third.next()).isEqualTo("leased");
            assertThat(line.gate.figures().open()).isEqualTo(2);
            assertThat(line.gate.figures().streams()).isEqualTo(3);
            opened.attempt().cancel();
        }
    }

    @Test
    void givesNoMoreStreamsThanTheEndpointAllowsNorOpensMoreThanTheCap() throws Exception {
        try (SharedLine line = new SharedLine(1, Gate.limits().max(1))) {
            SharedLine.Opened opened = line.opened(H2Backend.MAX_CONCURRENT_STREAMS, 1);
            Attempt waits = line.gate.attempt().lease();
            opened.attempt().get("/first");
            H2Backend peer = opened.peer();
            int first = peer.section().stream();
            assertThat(waits.isQuiet()).isTrue();
            SharedLine.answer(peer, first, "one");
            assertThat(opened.attempt().outcome()).isEqualTo("head 200 3, body one, end");
            assertThat(waits.next()).isEqualTo("leased");
            waits.get("/second");
            SharedLine.serve(peer, "two");
            assertThat(waits.outcome()).isEqualTo("head 200 3, body two, end");
            assertThat(line.backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void allWhoWaitForAConnectionGetStreamsOfItWhenItIsThere() throws Exception {
        try (SharedLine line = new SharedLine(1, Gate.limits().max(8).queue(0))) {
            Attempt[] attempts = new Attempt[20];
            for (int i = 0; i < attempts.length; i++) {
                attempts[i] = line.gate.attempt().lease();
            }
            line.greeted();
            for (Attempt attempt : attempts) {
                assertThat(attempt.next()).isEqualTo("leased");
            }
            assertThat(line.backend.connections()).isEqualTo(1);
            assertThat(line.gate.figures().streams()).isEqualTo(20);
        }
    }

    @Test
    void whoWaitsTooLongIsRefused() throws Exception {
        try (SharedLine line =
                new SharedLine(1, Gate.limits().max(1).streams(1).queueTimeout(Duration.ofMillis(200)))) {
            line.opened();
            assertThat(line.gate.attempt().lease().outcome()).isEqualTo("refused QUEUE_TIMEOUT");
        }
    }

    @Test
    void whoFindsTheQueueFullIsRefused() throws Exception {
        try (SharedLine line = new SharedLine(1, Gate.limits().max(1).streams(1).queue(1))) {
            line.opened();
            line.gate.attempt().lease();
            assertThat(line.gate.attempt().lease().outcome()).isEqualTo("refused QUEUE_FULL");
        }
    }

    @Test
    void eachLoopHasAConnectionOfItsOwnIfTheCapAllows() throws Exception {
        try (SharedLine line = new SharedLine(2, Gate.limits().max(2))) {
            Attempt here = line.gate.attempt(0).lease();
            line.greeted();
            assertThat(here.next()).isEqualTo("leased");
            Attempt there = line.gate.attempt(1).lease();
            line.greeted();
            assertThat(there.next()).isEqualTo("leased");
            assertThat(there.connection()).isInstanceOf(UpstreamStream.class);
        }
    }

    // ---- fewer connections than loops

    /** An exchange of loop 1 on the only connection, which is on loop 0 and carries one that never ends. */
    private static SharedLine.Opened far(SharedLine line) throws Exception {
        SharedLine.Opened endless = line.opened();
        endless.attempt().get("/endless");
        endless.peer().section();
        Attempt far = line.gate.attempt(1).lease();
        assertThat(far.next()).isEqualTo("leased");
        assertThat(far.connection()).isInstanceOf(FarStream.class);
        assertThat(line.gate.figures().open()).isEqualTo(1);
        return new SharedLine.Opened(far, endless.peer());
    }

    @Test
    void anotherLoopUsesAStreamOfTheOnlyConnection() throws Exception {
        try (SharedLine line = new SharedLine(2, Gate.limits().max(1))) {
            SharedLine.Opened far = far(line);
            Attempt attempt = far.attempt()
                    .send(Messages.request("POST", "/far?a=b", "Content-Length: 10\r\nX-A: b\r\n"), 10, false)
                    .body("hello")
                    .body("world");
            H2Backend peer = far.peer();
            Section head = peer.section();
            assertThat(head.get(":path")).isEqualTo("/far?a=b");
            assertThat(head.get("x-a")).isEqualTo("b");
            assertThat(head.get("content-length")).isEqualTo("10");
            assertThat(peer.body(head.stream())).isEqualTo("helloworld");
            peer.headers(head.stream(), false, ":status: 103")
                    .headers(head.stream(), false, ":status: 200")
                    .data(head.stream(), false, "back")
                    .headers(head.stream(), true, "x-sum: 4");
            assertThat(attempt.outcome()).isEqualTo("interim 103, head 200 -1, body back, end x-sum=4");
            line.gate.until("given back", () -> line.gate.figures().streams() == 1);
            assertThat(line.gate.figures().inFlight()).isEqualTo(1);
        }
    }

    @Test
    void aFarExchangeThatIsGivenUpResetsItsStream() throws Exception {
        try (SharedLine line = new SharedLine(2, Gate.limits().max(1))) {
            SharedLine.Opened far = far(line);
            far.attempt().get("/far");
            int stream = far.peer().section().stream();
            far.attempt().cancel();
            assertThat(far.peer().next(H2Backend.RST_STREAM).stream()).isEqualTo(stream);
            line.gate.until("given back", () -> line.gate.figures().streams() == 1);
            assertThat(line.gate.figures().inFlight()).isEqualTo(1);
            assertThat(far.attempt().isQuiet()).isTrue();
        }
    }

    @Test
    void aFarExchangeIsToldThatItFailed() throws Exception {
        try (SharedLine line = new SharedLine(2, Gate.limits().max(1))) {
            SharedLine.Opened far = far(line);
            far.attempt().get("/far");
            far.peer().reset(far.peer().section().stream(), 7);
            assertThat(far.attempt().outcome()).isEqualTo("failed UPSTREAM_REFUSED unprocessed");
            assertThat(line.gate.figures().inFlight()).isEqualTo(1);
        }
    }

    @Test
    void aFarExchangeFeelsThatTheEndpointTakesNothing() throws Exception {
        try (SharedLine line = new SharedLine(2, Gate.limits().max(1))) {
            SharedLine.Opened endless = line.opened(H2Backend.INITIAL_WINDOW_SIZE, 1);
            endless.attempt().get("/endless");
            H2Backend peer = endless.peer();
            peer.section();
            Attempt far = line.gate.attempt(1).lease();
            assertThat(far.next()).isEqualTo("leased");
            far.send(Messages.request("POST", "/far", "Content-Length: 4\r\n"), 4, false)
                    .body("abc");
            int stream = peer.section().stream();
            assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("a");
            line.gate.until("blocked", () -> {
                boolean[] writable = new boolean[1];
                far.on(() -> writable[0] = far.connection().isWritable());
                return !writable[0];
            });
            peer.window(stream, 100);
            assertThat(far.next()).isEqualTo("writable");
            far.body("d");
            assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("bc");
            Frame last = peer.next(H2Backend.DATA);
            assertThat(last.text()).isEqualTo("d");
            assertThat(last.endsStream()).isTrue();
        }
    }

    @Test
    void aFarResponseThatIsPausedComesNoFurtherThanItsWindow() throws Exception {
        try (SharedLine line = new SharedLine(2, Gate.limits().max(1))) {
            SharedLine.Opened far = far(line);
            Attempt attempt = far.attempt().get("/far");
            H2Backend peer = far.peer();
            int stream = peer.section().stream();
            peer.headers(stream, false, ":status: 200");
            assertThat(attempt.next()).isEqualTo("head 200 -1");
            attempt.on(() -> attempt.connection().pause());
            for (int i = 0; i < 8; i++) {
                peer.data(stream, false, "y".repeat(16_384));
            }
            // so that the pause was there before
            peer.send(H2Backend.PING, 0, 0, new byte[8]);
            Frame frame;
            do {
                frame = peer.frame();
                assertThat(frame.type() == H2Backend.WINDOW_UPDATE && frame.stream() == stream)
                        .as(frame.toString())
                        .isFalse();
            } while (frame.type() != H2Backend.PING);
            attempt.on(() -> attempt.connection().resume());
            do {
                frame = peer.frame();
            } while (frame.type() != H2Backend.WINDOW_UPDATE || frame.stream() != stream);
            attempt.cancel();
        }
    }
}
