package io.sluice.http;

import static io.sluice.http.Messages.get;
import static io.sluice.http.Messages.ok;
import static io.sluice.http.Messages.request;
import static io.sluice.http.Messages.response;
import static io.sluice.http.Messages.written;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class H1WriterTest {

    @Test
    void writesAnUntouchedRequestAsItCame() {
        String text = "GET /a/b?c=d HTTP/1.1\r\nHoSt: example.com\r\nX-Odd-CASE:  v \r\nAccept: */*\r\n\r\n";
        assertThat(sent(request(text))).isEqualTo(text);
    }

    @Test
    void leavesOutDroppedFieldsAndConnection() {
        Head head = request(get("Connection: keep-alive, x-a\r\nX-A: 1\r\nX-B: 2\r\nKeep-Alive: 5\r\n"));
        head.dropHopByHop();
        assertThat(sent(head)).isEqualTo(get("X-B: 2\r\n"));
    }

    @Test
    void writesOriginFormAndReplacesHostForAbsoluteForm() {
        Head head = request("GET http://b.example:81/x?y HTTP/1.1\r\nHost: a\r\nA: 1\r\n\r\n");
        assertThat(sent(head)).isEqualTo("GET /x?y HTTP/1.1\r\nA: 1\r\nHost: b.example:81\r\n\r\n");
    }

    @Test
    void writesTheNewPathAndTheOldQuery() {
        Head head = request("PUT /old?q=1 HTTP/1.1\r\nHost: a\r\n\r\n");
        head.path(Head.ascii("xx/new/pathxx"), 2, 11);
        assertThat(head.path()).isEqualTo("/new/path");
        assertThat(sent(head)).isEqualTo("PUT /new/path?q=1 HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void writesAddedFieldsBehindTheReceivedOnes() {
        Head head = request(get("A: 1\r\n"));
        head.add("X-New", "v");
        head.addLine(Name.VIA, Head.ascii("Via: 1.1 x\r\n"), 3);
        assertThat(head.first(Name.VIA)).isEqualTo("1.1 x");
        assertThat(sent(head)).isEqualTo(get("A: 1\r\nX-New: v\r\nVia: 1.1 x\r\n"));
    }

    @Test
    void keepsAContentLengthThatFits() {
        Head head = request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nA: 1\r\n\r\n");
        assertThat(sent(head)).isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nA: 1\r\n\r\n");
    }

    @Test
    void replacesFramingThatDoesNotFit() {
        Head head = request("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nA: 1\r\n\r\n");
        assertThat(written(out -> H1Writer.request(head, Head.CHUNKED, false, out)))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nA: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(written(out -> H1Writer.request(head, 120, false, out)))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a\r\nA: 1\r\nContent-Length: 120\r\n\r\n");
    }

    @Test
    void writesNoFramingForARequestWithoutBody() {
        assertThat(sent(request(get("")))).isEqualTo(get(""));
        assertThat(sent(request(get("Content-Length: 0\r\n")))).isEqualTo(get("Content-Length: 0\r\n"));
    }

    @Test
    void writesTheLengthOfABodyThatTurnedOutEmpty() {
        Head head = request(get("Transfer-Encoding: chunked\r\n"));
        assertThat(written(out -> H1Writer.request(head, 0, false, out))).isEqualTo(get("Content-Length: 0\r\n"));
    }

    @Test
    void keepsChunked() {
        assertThat(sent(request(get("Transfer-Encoding: Chunked\r\nA: 1\r\n"))))
                .isEqualTo(get("Transfer-Encoding: Chunked\r\nA: 1\r\n"));
    }

    @Test
    void writesFramingThatWasDroppedByAnEdit() {
        Head head = request(get("Content-Length: 5\r\n"));
        head.drop(Name.CONTENT_LENGTH);
        assertThat(sent(head)).isEqualTo(get("Content-Length: 5\r\n"));
    }

    @Test
    void raisesTheVersionOfARequest() {
        Head head = request("GET /a?b HTTP/1.0\r\nHost: a\r\n\r\n");
        assertThat(sent(head)).isEqualTo("GET /a?b HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    void writesAnEmptyHostWhereThereIsNone() {
        assertThat(sent(request("GET / HTTP/1.0\r\n\r\n"))).isEqualTo("GET / HTTP/1.1\r\nHost:\r\n\r\n");
    }

    @Test
    void leavesOutAnEmptyLineBeforeTheRequest() {
        assertThat(sent(request("\r\n" + get("A: 1\r\n")))).isEqualTo(get("A: 1\r\n"));
    }

    @Test
    void writesTheAsterisk() {
        assertThat(sent(request("OPTIONS http://b HTTP/1.1\r\nHost: b\r\n\r\n")))
                .isEqualTo("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n");
    }

    @Test
    void writesAnEmptyQuery() {
        assertThat(sent(request("GET http://b? HTTP/1.1\r\nHost: b\r\n\r\n")))
                .isEqualTo("GET /? HTTP/1.1\r\nHost: b\r\n\r\n");
    }

    @Test
    void namesUpgradeInConnection() {
        Head head = request(get("Connection: Upgrade, x-a\r\nUpgrade: websocket\r\nX-A: 1\r\n"));
        head.dropHopByHop();
        assertThat(written(out -> H1Writer.request(head, 0, true, out)))
                .isEqualTo(get("Upgrade: websocket\r\nConnection: upgrade\r\n"));
        assertThat(written(out -> H1Writer.request(head, 0, false, out))).isEqualTo(get(""));
    }

    @Test
    void namesTeInConnection() {
        Head head = request(get("TE: trailers\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"));
        head.dropHopByHop();
        assertThat(sent(head)).isEqualTo(get("TE: trailers\r\nConnection: TE\r\n"));
        assertThat(written(out -> H1Writer.request(head, 0, true, out)))
                .isEqualTo(get("TE: trailers\r\nUpgrade: websocket\r\nConnection: upgrade, TE\r\n"));
    }

    @Test
    void writesNoCharacterThatWouldEndAField() {
        Head head = request(get(""));
        head.add("X", "a\r\nY: b\0\u0100");
        assertThat(sent(head)).isEqualTo(get("X: a??Y: b??\r\n"));
    }

    // ---- responses

    @Test
    void writesAnUntouchedResponseAsItCame() {
        String text = ok("Server: x\r\nContent-Length: 3\r\nETag: \"a\"\r\n");
        assertThat(answered(response(text), 1, true)).isEqualTo(text);
    }

    @Test
    void raisesTheVersionOfAResponse() {
        assertThat(answered(response("HTTP/1.0 404 Not Here\r\nContent-Length: 0\r\n\r\n"), 1, true))
                .isEqualTo("HTTP/1.1 404 Not Here\r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void addsTheSpaceBeforeAMissingReason() {
        assertThat(answered(response("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), 1, true))
                .isEqualTo("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
    }

    @Test
    void saysCloseToAClientOfVersionOneOne() {
        assertThat(answered(response(ok("Content-Length: 0\r\n")), 1, false))
                .isEqualTo(ok("Content-Length: 0\r\nConnection: close\r\n"));
    }

    @Test
    void saysKeepAliveToAClientOfVersionOneZero() {
        assertThat(answered(response(ok("Content-Length: 0\r\n")), 0, true))
                .isEqualTo(ok("Content-Length: 0\r\nConnection: keep-alive\r\n"));
        assertThat(answered(response(ok("Content-Length: 0\r\n")), 0, false)).isEqualTo(ok("Content-Length: 0\r\n"));
    }

    @Test
    void neverPassesOnTheUpstreamsConnection() {
        assertThat(answered(response(ok("Connection: close\r\nContent-Length: 0\r\n")), 1, true))
                .isEqualTo(ok("Content-Length: 0\r\n"));
    }

    @Test
    void chunksABodyOfUnknownLength() {
        Head head = response(ok(""));
        assertThat(written(out -> H1Writer.response(head, Head.CHUNKED, false, 1, true, false, out)))
                .isEqualTo(ok("Transfer-Encoding: chunked\r\n"));
    }

    @Test
    void endsABodyOfUnknownLengthWithTheConnection() {
        Head head = response(ok("Transfer-Encoding: chunked\r\nA: 1\r\n"));
        assertThat(written(out -> H1Writer.response(head, Head.UNTIL_CLOSE, false, 0, false, false, out)))
                .isEqualTo(ok("A: 1\r\n"));
        assertThat(written(out -> H1Writer.response(head, Head.UNTIL_CLOSE, false, 1, true, false, out)))
                .isEqualTo(ok("A: 1\r\nConnection: close\r\n"));
    }

    @Test
    void writesTheLengthOfAnEmptyBody() {
        Head head = response(ok("A: 1\r\n"));
        assertThat(written(out -> H1Writer.response(head, 0, false, 1, true, false, out)))
                .isEqualTo(ok("A: 1\r\nContent-Length: 0\r\n"));
    }

    @Test
    void keepsTheReceivedLengthInAnswersToHead() {
        assertThat(bodiless(response(ok("Content-Length: 77\r\n")))).isEqualTo(ok("Content-Length: 77\r\n"));
        assertThat(bodiless(response(ok("Transfer-Encoding: chunked\r\n")))).isEqualTo(ok(""));
        assertThat(bodiless(response(ok("")))).isEqualTo(ok(""));
    }

    @Test
    void keepsTheReceivedLengthInNotModified() {
        String text = "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n";
        assertThat(bodiless(response(text))).isEqualTo(text);
    }

    @Test
    void writesNoFramingInNoContent() {
        Head head = response("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
        assertThat(answered(head, 1, true)).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(bodiless(head)).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
    }

    @Test
    void writesSwitchingProtocols() {
        Head head = response("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        head.dropHopByHop();
        assertThat(written(out -> H1Writer.response(head, 0, true, 1, true, true, out)))
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n");
    }

    @Test
    void writesInterimResponses() {
        Head head =
                response("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: close\r\nContent-Length: 5\r\n\r\n");
        assertThat(written(out -> H1Writer.interim(head, out)))
                .isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    }

    // ---- chunks

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 10, 15, 16, 255, 256, 4095, 4096, 65536, 0x7fffffff})
    void writesChunkSizes(int length) {
        assertThat(written(out -> H1Writer.chunkStart(length, out))).isEqualTo(Integer.toHexString(length) + "\r\n");
    }

    @Test
    void writesTheLastChunkWithTrailers() {
        assertThat(written(out -> H1Writer.lastChunk(null, out))).isEqualTo("0\r\n\r\n");
        Head trailers = request(get("Sum: 1\r\n"));
        trailers.drop(Name.HOST);
        assertThat(written(out -> H1Writer.lastChunk(trailers, out))).isEqualTo("0\r\nSum: 1\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 1234567890123L, Long.MAX_VALUE})
    void writesDecimals(long number) {
        assertThat(written(out -> H1Writer.decimal(number, out))).isEqualTo(Long.toString(number));
    }

    private static String bodiless(Head head) {
        return written(out -> H1Writer.response(head, 0, true, 1, true, false, out));
    }

    private static String sent(Head head) {
        return written(out -> H1Writer.request(head, head.body(), false, out));
    }

    private static String answered(Head head, int clientMinor, boolean keepAlive) {
        return written(out -> H1Writer.response(head, head.body(), false, clientMinor, keepAlive, false, out));
    }
}
