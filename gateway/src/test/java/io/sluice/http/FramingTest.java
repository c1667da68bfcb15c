package io.sluice.http;

import static io.sluice.http.Messages.get;
import static io.sluice.http.Messages.ok;
import static io.sluice.http.Messages.refusedRequest;
import static io.sluice.http.Messages.refusedResponse;
import static io.sluice.http.Messages.request;
import static io.sluice.http.Messages.response;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    // ---- requests

    @Test
    void takesARequestWithoutFramingForOneWithoutBody() {
        assertThat(request(get("")).body()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5, 4_294_967_296L, 999_999_999_999_999_999L})
    void readsContentLength(long length) {
        assertThat(request(get("Content-Length: " + length + "\r\n")).body()).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", " chunked\t"})
    void readsChunked(String value) {
        assertThat(request(get("Transfer-Encoding: " + value + "\r\n")).body()).isEqualTo(Head.CHUNKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\r\n" + CHUNKED, CHUNKED + "Content-Length: 0\r\n"})
    void rejectsContentLengthWithTransferEncoding(String lines) {
        assertThat(refusedRequest(get(lines))).isEqualTo(Failure.REQUEST_AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5\r\nX: 1\r\ncontent-length: 5\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length: 5,5\r\n",
            })
    void rejectsSeveralContentLengthsEvenIfEqual(String lines) {
        assertThat(refusedRequest(get(lines))).isEqualTo(Failure.REQUEST_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+5",
                "-5",
                "5.0",
                "0x5",
                "5 5",
                "5;",
                "five",
                "\"5\"",
                "1e3",
                "5\t6",
                "1000000000000000000",
                "9223372036854775808",
                "18446744073709551621",
                "99999999999999999999999999999999"
            })
    void rejectsMalformedContentLength(String value) {
        assertThat(refusedRequest(get("Content-Length: " + value + "\r\n"))).isEqualTo(Failure.REQUEST_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "gzip",
                "xchunked",
                "chunkedx",
                "chunked, gzip",
                "chunked, chunked",
                "chunked,",
                ",chunked",
                "chunked;q=1",
                "chunked chunked",
                "\"chunked\"",
                "gzip;q=1, chunked",
                "gzip,, chunked",
            })
    void rejectsTransferEncodingThatIsNotOneFinalChunked(String value) {
        assertThat(refusedRequest(get("Transfer-Encoding: " + value + "\r\n"))).isEqualTo(Failure.REQUEST_ENCODING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {CHUNKED + CHUNKED, "Transfer-Encoding: gzip\r\n" + CHUNKED, CHUNKED + "transfer-encoding:\r\n"})
    void rejectsTransferEncodingTwice(String lines) {
        assertThat(refusedRequest(get(lines))).isEqualTo(Failure.REQUEST_ENCODING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "x-a,deflate , Chunked"})
    void doesNotSupportOtherCodingsBeforeChunked(String value) {
        assertThat(refusedRequest(get("Transfer-Encoding: " + value + "\r\n")))
                .isEqualTo(Failure.REQUEST_ENCODING_UNSUPPORTED);
    }

    @Test
    void rejectsTransferEncodingInVersionOneZero() {
        assertThat(refusedRequest("POST / HTTP/1.0\r\n" + CHUNKED + "\r\n")).isEqualTo(Failure.REQUEST_ENCODING);
    }

    // ---- responses

    @Test
    void takesAResponseWithoutFramingForOneThatEndsWithTheConnection() {
        assertThat(response(ok("")).body()).isEqualTo(Head.UNTIL_CLOSE);
    }

    @Test
    void readsFramingOfResponses() {
        assertThat(response(ok("Content-Length: 7\r\n")).body()).isEqualTo(7);
        assertThat(response(ok(CHUNKED)).body()).isEqualTo(Head.CHUNKED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "103 Early Hints", "204 No Content", "304 Not Modified"})
    void knowsStatusesWithoutBody(String status) {
        Head head = response("HTTP/1.1 " + status + "\r\nContent-Length: 7\r\n\r\n");
        assertThat(head.body()).isZero();
        assertThat(head.keepsAlive()).isTrue();
        assertThat(response("HTTP/1.1 " + status + "\r\n\r\n").body()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n" + CHUNKED,
                "Content-Length: 5\r\nContent-Length: 5\r\n",
                "Content-Length: 5, 5\r\n",
                "Content-Length: -1\r\n",
                "Content-Length:\r\n",
                "Content-Length: 99999999999999999999\r\n",
            })
    void rejectsResponsesOfAmbiguousLength(String lines) {
        assertThat(refusedResponse(ok(lines))).isEqualTo(Failure.RESPONSE_AMBIGUOUS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip", "gzip, chunked", "chunked, chunked", "", "chunked, identity"})
    void rejectsResponsesWithOtherTransferEncodings(String value) {
        assertThat(refusedResponse(ok("Transfer-Encoding: " + value + "\r\n"))).isEqualTo(Failure.RESPONSE_ENCODING);
    }

    @Test
    void rejectsTransferEncodingInAResponseOfVersionOneZero() {
        assertThat(refusedResponse("HTTP/1.0 200 OK\r\n" + CHUNKED + "\r\n")).isEqualTo(Failure.RESPONSE_ENCODING);
    }
}
