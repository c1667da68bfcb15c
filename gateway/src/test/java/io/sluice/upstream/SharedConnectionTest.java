package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Backend;
import io.sluice.testing.H2Backend.Frame;
import io.sluice.testing.H2Backend.Section;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One connection of HTTP/2 and the exchanges on it. */
final class SharedConnectionTest {
    private static final int REFUSED_STREAM = 7;
    private static final int CANCEL = 8;
    private static final int INTERNAL_ERROR = 2;

    @AutoClose
    private SharedLine line = new SharedLine(1, Gate.limits().max(1));

    SharedConnectionTest() throws IOException {}

    private void with(Gate.Limits limits) throws IOException {
        line.close();
        line = new SharedLine(1, limits);
    }

    // ---- greeting

    @Test
    void sendsNoRequestBeforeTheEndpointHasGreeted() throws Exception {
        Attempt attempt = line.gate.attempt().lease();
        H2Backend peer = H2Backend.on(line.backend.accept());
        assertThat(attempt.isQuiet()).isTrue();
        assertThat(line.gate.figures().connecting()).isEqualTo(1);

        peer.settings();
        assertThat(attempt.next()).isEqualTo("leased");
        assertThat(line.gate.figures().connecting()).isZero();
    }

    @Test
    void refusesWhoWaitsIfTheEndpointSpeaksSomethingElse() throws Exception {
        Attempt attempt = line.gate.attempt().lease();
        line.backend.accept().send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        assertThat(attempt.outcome()).isEqualTo("refused UPSTREAM_PROTOCOL");
        line.gate.until("closed", () -> line.gate.figures().open() == 0);
        assertThat(line.gate.figures().inFlight()).isZero();
    }

    @Test
    void refusesWhoWaitsIfTheEndpointDoesNotGreetInTime() throws Exception {
        with(Gate.limits().max(1).connectTimeout(Duration.ofMillis(200)));
        Attempt attempt = line.gate.attempt().lease();
        H2Backend.on(line.backend.accept());
        assertThat(attempt.outcome()).isEqualTo("refused CONNECT_TIMEOUT");
        line.gate.until("closed", () -> line.gate.figures().open() == 0);
    }

    // ---- requests and responses

    @Test
    void carriesSeveralExchangesAtOnce() throws Exception {
        SharedLine.Opened first = line.opened();
        Attempt second = line.leased().get("/second");
        first.attempt().get("/first");
        H2Backend peer = first.peer();

        Section one = peer.section();
        Section two = peer.section();
        assertThat(List.of(one.get(":path"), two.get(":path"))).containsExactly("/second", "/first");
        assertThat(one.get(":authority")).isEqualTo("test");
        assertThat(one.get(":method")).isEqualTo("GET");
        assertThat(one.ended()).isTrue();
        assertThat(line.gate.figures().open()).isEqualTo(1);
        assertThat(line.gate.figures().streams()).isEqualTo(2);
        assertThat(line.gate.figures().leased()).isEqualTo(1);

        SharedLine.answer(peer, two.stream(), "of first");
        assertThat(first.attempt().outcome()).isEqualTo("head 200 8, body of first, end");
        SharedLine.answer(peer, one.stream(), "of second");
        assertThat(second.outcome()).isEqualTo("head 200 9, body of second, end");
        assertThat(line.gate.figures().streams()).isZero();
        assertThat(line.gate.figures().inFlight()).isZero();
        assertThat(line.gate.figures().idle()).isEqualTo(1);
        assertThat(line.gate.figures().reused()).isEqualTo(1);
    }

    @Test
    void sendsABodyAndItsTrailers() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt()
                .send(Messages.request("POST", "/", "Transfer-Encoding: chunked\r\n"), -1, false)
                .body("hello");
        H2Backend peer = opened.peer();
        Section head = peer.section();
        assertThat(head.ended()).isFalse();
        assertThat(head.get("content-length")).isEmpty();
        assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("hello");
        attempt.on(() -> attempt.connection().end(Messages.trailers("X-Sum", "7")));
        Section trailers = peer.section();
        assertThat(trailers.fields()).containsExactly("x-sum: 7");
        assertThat(trailers.ended()).isTrue();
    }

    @Test
    void endsABodyOfKnownLengthWithItsLastBytes() throws Exception {
        SharedLine.Opened opened = line.opened();
        opened.attempt()
                .send(Messages.request("POST", "/", "Content-Length: 5\r\n"), 5, false)
                .body("hello");
        H2Backend peer = opened.peer();
        assertThat(peer.section().get("content-length")).isEqualTo("5");
        Frame data = peer.next(H2Backend.DATA);
        assertThat(data.text()).isEqualTo("hello");
        assertThat(data.endsStream()).isTrue();
    }

    @Test
    void passesInterimResponsesAndTrailersOn() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 103", "link: </a>")
                .headers(stream, false, ":status: 200")
                .data(stream, false, "a")
                .data(stream, false, "b")
                .headers(stream, true, "x-sum: 2");
        assertThat(attempt.outcome()).isEqualTo("interim 103, head 200 -1, body ab, end x-sum=2");
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 304"})
    void takesTheLengthOfAResponseWithoutBodyForWhatItIs(String method, int status) throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().send(Messages.request(method, "/", ""), 0, false);
        int stream = opened.peer().section().stream();
        opened.peer().headers(stream, true, ":status: " + status, "content-length: 100");
        assertThat(attempt.outcome()).isEqualTo("head " + status + " 0, end");
        assertThat(line.gate.figures().idle()).isEqualTo(1);
    }

    @Test
    void resetsARequestThatIsAnsweredBeforeItsEnd() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt()
                .send(Messages.request("POST", "/", "Content-Length: 10\r\n"), 10, false)
                .body("hello");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.next(H2Backend.DATA);
        peer.headers(stream, true, ":status: 413");
        assertThat(attempt.outcome()).isEqualTo("head 413 0, end");
        assertThat(peer.next(H2Backend.RST_STREAM).number(0)).isEqualTo(CANCEL);

        Attempt next = line.leased().get("/");
        SharedLine.serve(peer, "next");
        assertThat(next.outcome()).isEqualTo("head 200 4, body next, end");
        assertThat(line.backend.connections()).isEqualTo(1);
    }

    @Test
    void resetsAnExchangeThatIsGivenUpAndNoOther() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt other = line.leased().get("/other");
        opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int kept = peer.section().stream();
        int given = peer.section().stream();
        opened.attempt().cancel();
        Frame reset = peer.next(H2Backend.RST_STREAM);
        assertThat(reset.stream()).isEqualTo(given);
        assertThat(reset.number(0)).isEqualTo(CANCEL);
        // it may have been under way
        SharedLine.answer(peer, given, "late");
        SharedLine.answer(peer, kept, "kept");
        assertThat(other.outcome()).isEqualTo("head 200 4, body kept, end");
        assertThat(opened.attempt().isQuiet()).isTrue();
    }

    // ---- flow control

    @Test
    void sendsNoMoreOfABodyThanTheEndpointHasRoomFor() throws Exception {
        SharedLine.Opened opened = line.opened(H2Backend.INITIAL_WINDOW_SIZE, 5);
        Attempt attempt = opened.attempt()
                .send(Messages.request("POST", "/", "Content-Length: 12\r\n"), 12, false)
                .body("hello, world");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("hello");
        attempt.on(() -> assertThat(attempt.connection().isWritable()).isFalse());
        peer.window(stream, 7);
        Frame rest = peer.next(H2Backend.DATA);
        assertThat(rest.text()).isEqualTo(", world");
        assertThat(rest.endsStream()).isTrue();
    }

    @Test
    void tellsWhenTheEndpointHasRoomAgain() throws Exception {
        SharedLine.Opened opened = line.opened(H2Backend.INITIAL_WINDOW_SIZE, 1);
        Attempt attempt = opened.attempt()
                .send(Messages.request("POST", "/", "Content-Length: 3\r\n"), 3, false)
                .body("ab");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.next(H2Backend.DATA);
        peer.window(stream, 10);
        assertThat(attempt.next()).isEqualTo("writable");
        attempt.body("c");
        assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("b");
        assertThat(peer.next(H2Backend.DATA).text()).isEqualTo("c");
    }

    @Test
    void opensNoWindowForAResponseThatIsPaused() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt paused = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200").data(stream, false, "x");
        assertThat(paused.next()).isEqualTo("head 200 -1");
        assertThat(paused.next()).isEqualTo("body x");
        paused.on(() -> paused.connection().pause());
        String piece = "y".repeat(16_384);
        // the whole window, which this end has told
        for (int i = 0; i < 15; i++) {
            peer.data(stream, false, piece);
        }
        for (int i = 0; i < 15; i++) {
            String more = paused.next();
            assertThat(more).startsWith("body y");
        }
        Attempt other = line.leased().get("/other");
        List<Frame> before = new ArrayList<>();
        for (Frame frame = peer.frame(); frame.type() != H2Backend.HEADERS; frame = peer.frame()) {
            before.add(frame);
        }
        assertThat(before).noneMatch(frame -> frame.type() == H2Backend.WINDOW_UPDATE && frame.stream() == stream);

        paused.on(() -> paused.connection().resume());
        Frame window;
        do {
            window = peer.frame();
        } while (window.type() != H2Backend.WINDOW_UPDATE || window.stream() != stream);
        assertThat(window.number(0)).isGreaterThan(15 * 16_384 - 1);
        other.cancel();
    }

    // ---- what goes wrong with one exchange

    @Test
    void tellsThatARefusedStreamWasNotProcessed() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().send(Messages.request("POST", "/", "Content-Length: 5\r\n"), 5, false);
        H2Backend peer = opened.peer();
        peer.reset(peer.section().stream(), REFUSED_STREAM);
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_REFUSED unprocessed");
        Attempt next = line.leased().get("/");
        SharedLine.serve(peer, "next");
        assertThat(next.outcome()).isEqualTo("head 200 4, body next, end");
    }

    @Test
    void aResetBeforeTheResponseFailsItsExchangeOnly() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt other = line.leased().get("/other");
        opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int kept = peer.section().stream();
        peer.reset(peer.section().stream(), INTERNAL_ERROR);
        assertThat(opened.attempt().outcome()).isEqualTo("failed UPSTREAM_RESET");
        SharedLine.answer(peer, kept, "kept");
        assertThat(other.outcome()).isEqualTo("head 200 4, body kept, end");
    }

    @Test
    void aResetWithinTheResponseTruncatesIt() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200", "content-length: 10")
                .data(stream, false, "12345")
                .reset(stream, INTERNAL_ERROR);
        assertThat(attempt.outcome()).isEqualTo("head 200 10, body 12345, failed RESPONSE_TRUNCATED");
    }

    @ParameterizedTest
    @CsvSource({
        "3, 12345, 'head 200 3, failed RESPONSE_MALFORMED'",
        "10, 12345, 'head 200 10, body 12345, failed RESPONSE_MALFORMED'"
    })
    void aBodyThatIsNotAsLongAsWasSaidFailsItsExchangeOnly(int length, String body, String outcome) throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.headers(stream, false, ":status: 200", "content-length: " + length).data(stream, true, body);
        assertThat(attempt.outcome()).isEqualTo(outcome);
        Attempt next = line.leased().get("/");
        Frame reset = peer.next(H2Backend.RST_STREAM);
        assertThat(reset.stream()).isEqualTo(stream);
        SharedLine.serve(peer, "next");
        assertThat(next.outcome()).isEqualTo("head 200 4, body next, end");
    }

    // ---- what goes wrong with the connection

    @Test
    void aConnectionThatClosesFailsAllThatIsOnIt() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt begun = line.leased().get("/begun");
        Attempt unsent = line.leased();
        opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        peer.section();
        peer.headers(stream, false, ":status: 200");
        assertThat(begun.next()).isEqualTo("head 200 -1");
        peer.close();
        assertThat(begun.outcome()).isEqualTo("failed RESPONSE_TRUNCATED");
        assertThat(opened.attempt().outcome()).isEqualTo("failed UPSTREAM_CLOSED");
        line.gate.until("closed", () -> line.gate.figures().open() == 0);
        unsent.get("/unsent");
        assertThat(unsent.outcome()).isEqualTo("failed UPSTREAM_CLOSED unprocessed");
        assertThat(line.gate.figures().inFlight()).isZero();
        assertThat(line.gate.figures().streams()).isZero();
        assertThat(line.gate.figures().leased()).isZero();
    }

    @Test
    void aFrameAgainstTheRulesFailsAllThatIsOnIt() throws Exception {
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        peer.section();
        peer.data(0, false, "for nobody");
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_PROTOCOL");
        assertThat(peer.next(H2Backend.GOAWAY).number(4)).isEqualTo(1);
    }

    @Test
    void anEndpointThatGoesAwayEndsWhatItHasBegunAndNoMore() throws Exception {
        SharedLine.Opened opened = line.opened();
        opened.attempt().get("/first");
        H2Backend peer = opened.peer();
        int first = peer.section().stream();
        Attempt second = line.leased().send(Messages.request("POST", "/", "Content-Length: 5\r\n"), 5, false);
        peer.section();
        peer.goAway(first, 0);
        assertThat(second.outcome()).isEqualTo("failed UPSTREAM_CLOSED unprocessed");
        Attempt waits = line.gate.attempt().lease();
        assertThat(line.backend.connections()).isEqualTo(1);
        SharedLine.answer(peer, first, "done");
        assertThat(opened.attempt().outcome()).isEqualTo("head 200 4, body done, end");
        H2Backend next = line.greeted();
        assertThat(waits.next()).isEqualTo("leased");
        waits.get("/");
        SharedLine.serve(next, "next");
        assertThat(waits.outcome()).isEqualTo("head 200 4, body next, end");
        assertThat(line.gate.closed(Discard.NOT_KEPT)).isEqualTo(1);
        assertThat(line.gate.figures().opened()).isEqualTo(2);
        assertThat(line.gate.figures().open()).isEqualTo(1);
    }

    @Test
    void aSilentConnectionIsAskedAndGivenUpWithoutAnAnswer() throws Exception {
        with(Gate.limits().max(1).ping(Duration.ofMillis(200)));
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        peer.section();
        Frame ping;
        do {
            ping = peer.frame();
        } while (ping.type() != H2Backend.PING);
        assertThat(attempt.outcome()).isEqualTo("failed UPSTREAM_SILENT");
    }

    @Test
    void aSilentConnectionThatAnswersIsKept() throws Exception {
        with(Gate.limits().max(1).ping(Duration.ofMillis(100)));
        SharedLine.Opened opened = line.opened();
        Attempt attempt = opened.attempt().get("/");
        H2Backend peer = opened.peer();
        int stream = peer.section().stream();
        for (int pings = 0; pings < 3; ) {
            Frame frame = peer.frame();
            if (frame.type() == H2Backend.PING) {
                peer.send(H2Backend.PING, H2Backend.ACK, 0, frame.payload());
                pings++;
            }
        }
        SharedLine.answer(peer, stream, "late");
        assertThat(attempt.outcome()).isEqualTo("head 200 4, body late, end");
    }

    // ---- its life

    @Test
    void leavesAfterAsManyExchangesAsItMayCarry() throws Exception {
        with(Gate.limits().max(1).maxRequests(2));
        SharedLine.Opened opened = line.opened();
        opened.attempt().get("/");
        SharedLine.serve(opened.peer(), "one");
        assertThat(opened.attempt().outcome()).isEqualTo("head 200 3, body one, end");
        Attempt second = line.leased().get("/");
        SharedLine.serve(opened.peer(), "two");
        assertThat(second.outcome()).isEqualTo("head 200 3, body two, end");
        Attempt third = line.gate.attempt().lease();
        assertThat(opened.peer().next(H2Backend.GOAWAY).number(4)).isZero();
        line.greeted();
        assertThat(third.next()).isEqualTo("leased");
        assertThat(line.gate.closed(Discard.REQUESTS)).isEqualTo(1);
        third.cancel();
    }

    @Test
    void closesWhenItWasNotUsedForAWhile() throws Exception {
        with(Gate.limits().max(1).idle(Duration.ofMillis(100)));
        SharedLine.Opened opened = line.opened();
        opened.attempt().get("/");
        SharedLine.serve(opened.peer(), "one");
        opened.peer().next(H2Backend.GOAWAY);
        opened.peer().raw().expectEnd();
        line.gate.until(
                "closed",
                () -> line.gate.closed(Discard.IDLE) == 1 && line.gate.figures().open() == 0);
    }

    @Test
    void anEndpointThatClosesAnUnusedConnectionCostsNobodyAnything() throws Exception {
        SharedLine.Opened opened = line.opened();
        opened.attempt().get("/");
        SharedLine.serve(opened.peer(), "one");
        assertThat(opened.attempt().outcome()).isEqualTo("head 200 3, body one, end");
        opened.peer().close();
        line.gate.until(
                "closed",
                () -> line.gate.closed(Discard.ENDPOINT_CLOSED) == 1
                        && line.gate.figures().open() == 0);
    }
}
