package io.sluice.http;

import static io.sluice.http.Messages.get;
import static io.sluice.http.Messages.ok;
import static io.sluice.http.Messages.request;
import static io.sluice.http.Messages.response;
import static io.sluice.http.Messages.written;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
    void writesAnUntouchedResponseAsItCame() {
        String text = ok("Server: x\r\nContent-Length: 3\r\nETag: \"a\"\r\n");
        assertThat(answered(response(text), 1, true)).isEqualTo(text);
    }

    private static String sent(Head head) {
        return written(out -> H1Writer.request(head, head.body(), false, out));
    }

    private static String answered(Head head, int clientMinor, boolean keepAlive) {
        return written(out -> H1Writer.response(head, head.body(), false, clientMinor, keepAlive, false, out));
    }
}
