package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectRefusal;
import static io.sluice.proxy.Refusals.fields;
import static io.sluice.proxy.Refusals.refused;
import static io.sluice.proxy.Refusals.shown;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static java.util.stream.Stream.concat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests whose head is refused: RFC 9112 sections 2.2, 3, 5 and 6, RFC 9110 section 7.2. Each is answered with its
 * status and cause, the connection is closed, and no upstream connection is even opened.
 */
final class RequestRefusalTest {
    private static ScriptedBackend backend;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        backend = ScriptedBackend.answering(request -> ok(""));
        gateway = RunningGateway.before(backend);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        backend.close();
    }

    @AfterEach
    void reachesNoBackend() {
        assertThat(backend.connections()).isZero();
    }

    static Stream<Arguments> requestLines() {
        Stream<Arguments> lines = Stream.of(
                        "GET / HTTP/1.1 ",
                        "GET  / HTTP/1.1",
                        "GET /  HTTP/1.1",
                        "GET\t/\tHTTP/1.1",
                        " GET / HTTP/1.1",
                        "GET /",
                        "GET",
                        "GET HTTP/1.1",
                        "GET / http/1.1",
                        "GET / HTTP",
                        "GET / HTTP/1",
                        "GET / HTTP/1.",
                        "GET / HTTP/11",
                        "GET / HTTP/1.1.1",
                        "GET / HTTP/1.10",
                        "GET / HTTPS/1.1",
                        "GET /a b HTTP/1.1")
                .map(line -> refused(shown(line), Failure.REQUEST_LINE, request(line)));
        Stream<Arguments> versions = Stream.of("GET / HTTP/2.0", "GET / HTTP/1.2", "GET / HTTP/0.9", "GET / HTTP/3.0")
                .map(line -> refused(line, Failure.REQUEST_VERSION, request(line)));
        return concat(lines, versions);
    }

    static Stream<Arguments> methods() {
        Stream<Arguments> bad = Stream.of("GE(T", "GET,", "G\u00c9T", "G\0T", "G\"T", "<GET>", "{}", "GET/")
                .map(method -> refused(shown(method), Failure.REQUEST_METHOD, request(method + " / HTTP/1.1")));
        return concat(
                bad,
                Stream.of(refused(
                        "CONNECT", Failure.REQUEST_METHOD_UNSUPPORTED, request("CONNECT example.test:443 HTTP/1.1"))));
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                        "/a#b",
                        "http://example.test/#b",
                        "http://user@example.test/",
                        "http://user:secret@example.test/",
                        "http://",
                        "http:///a",
                        "http:/a",
                        "ftp://example.test/",
                        "example.test",
                        "example.test:80",
                        "a/b",
                        "?a=b",
                        "*",
                        "*/a",
                        "http://example.test:99999/",
                        "http://example.test:x/",
                        "http://[::1/",
                        "http://a b/".replace(' ', '\\'),
                        "/a\0b",
                        "/a\u0001b",
                        "/a\u007fb",
                        "/a\u00e9b",
                        "/a?b\u0001",
                        "/a?b\u00e9")
                .map(target -> refused(shown(target), Failure.REQUEST_TARGET, request("GET " + target + " HTTP/1.1")));
    }

    static Stream<Arguments> hosts() {
        Stream<Arguments> malformed = Stream.of(
                        "a b", "a,b", "a:b:c", "a:99999", "a:x", "a:-1", "[::1", "::1", "a/b", "a?b", "a#b", "user@a",
                        "@", "a\\b", "<a>", "a\u00e9", "a b:80", "[::1]x", "[::1]:x", "a%zz", "a\tb", ":80")
                .map(host -> refused(shown(host), Failure.REQUEST_HOST, head("GET / HTTP/1.1", "Host: " + host)));
        return concat(
                malformed,
                Stream.of(
                        refused("missing", Failure.REQUEST_HOST, head("GET / HTTP/1.1", "Accept: */*")),
                        refused("no field at all", Failure.REQUEST_HOST, head("GET / HTTP/1.1")),
                        refused("twice the same", Failure.REQUEST_HOST, head("GET / HTTP/1.1", "Host: a", "Host: a")),
                        refused("two", Failure.REQUEST_HOST, head("GET / HTTP/1.1", "Host: a", "hOST: b")),
                        refused(
                                "missing beside an absolute target",
                                Failure.REQUEST_HOST,
                                head("GET http://example.test/ HTTP/1.1")),
                        refused(
                                "malformed beside an absolute target",
                                Failure.REQUEST_HOST,
                                head("GET http://example.test/ HTTP/1.1", "Host: a b"))));
    }

    static Stream<Arguments> lineEnds() {
        return Stream.of(
                refused("LF only", Failure.REQUEST_LINE_END, get("/").replace("\r", "")),
                refused("LF after the request line", Failure.REQUEST_LINE_END, get("/").replaceFirst("\r", "")),
                refused("LF after a field", Failure.REQUEST_LINE_END, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
                refused("LF at the end", Failure.REQUEST_LINE_END, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
                refused("CR in the request line", Failure.REQUEST_LINE, "GET /\rHTTP/1.1\r\nHost: a\r\n\r\n"),
                refused("CR after the request line", Failure.REQUEST_LINE_END, "GET / HTTP/1.1\rHost: a\r\n\r\n"),
                refused("CR in a value", Failure.REQUEST_LINE_END, "GET / HTTP/1.1\r\nHost: a\r\nX: b\rc\r\n\r\n"),
                refused("CR in a name", Failure.REQUEST_FIELD, "GET / HTTP/1.1\r\nHost: a\r\nX\rY: b\r\n\r\n"),
                refused("CR CR LF", Failure.REQUEST_LINE_END, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"),
                refused("CR at the end", Failure.REQUEST_LINE_END, "GET / HTTP/1.1\r\nHost: a\r\n\rX"),
                refused("LF before the request", Failure.REQUEST_LINE_END, "\n" + get("/")));
    }

    static Stream<Arguments> malformedFields() {
        return fields(
                Failure.REQUEST_FIELD,
                "X : a",
                "X\t: a",
                ": a",
                "X",
                "X Y: a",
                "X@Y: a",
                "X(Y): a",
                "X\u00e9: a",
                "X\0: a",
                "X\u007f: a",
                "\"X\": a",
                "X: a\0b",
                "X: \0",
                "X: a\u0001b",
                "X: a\u000bb",
                "X: a\u001bb",
                "X: a\u007fb",
                "X: a\u0008");
    }

    static Stream<Arguments> foldedFields() {
        return concat(
                fields(Failure.REQUEST_FIELD_FOLDED, "X: a\r\n b", "X: a\r\n\tb", "X:\r\n a", "X: a\r\n "),
                Stream.of(refused(
                        "before the first field",
                        Failure.REQUEST_FIELD,
                        "GET / HTTP/1.1\r\n Host: example.test\r\n\r\n")));
    }

    static Stream<Arguments> lengths() {
        return fields(
                Failure.REQUEST_LENGTH,
                "Content-Length: 5\r\nContent-Length: 5",
                "Content-Length: 5\r\ncontent-length: 6",
                "Content-Length: 5, 5",
                "Content-Length: 5,5",
                "Content-Length: 5,",
                "Content-Length:",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 5 5",
                "Content-Length: 0x5",
                "Content-Length: 5;",
                "Content-Length: 5.0",
                "Content-Length: 1_000",
                "Content-Length: five",
                "Content-Length: \u00b5",
                "Content-Length: 9223372036854775808",
                "Content-Length: 99999999999999999999");
    }

    static Stream<Arguments> encodings() {
        Stream<Arguments> wrong = fields(
                Failure.REQUEST_ENCODING,
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked, gzip",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: ,chunked",
                "Transfer-Encoding:",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: chunked x",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunkedx");
        Stream<Arguments> old = Stream.of(refused(
                "in HTTP/1.0", Failure.REQUEST_ENCODING, request("POST / HTTP/1.0", "Transfer-Encoding: chunked")));
        Stream<Arguments> unsupported = fields(
                Failure.REQUEST_ENCODING_UNSUPPORTED,
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: deflate , Chunked");
        return Stream.of(wrong, old, unsupported).flatMap(all -> all);
    }

    static Stream<Arguments> ambiguities() {
        return fields(
                Failure.REQUEST_AMBIGUOUS,
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "content-length: 0\r\ntransfer-encoding: Chunked");
    }

    static Stream<Arguments> expectations() {
        return fields(Failure.REQUEST_EXPECTATION, "Expect: a-miracle", "Expect: 100-continue, a-miracle");
    }

    static Stream<Arguments> sizes() {
        return Stream.of(
                refused("a long target", Failure.REQUEST_TARGET_LONG, get("/" + "a".repeat(33_000))),
                refused("an endless target", Failure.REQUEST_TARGET_LONG, "GET /" + "a".repeat(200_000)),
                refused("one long field", Failure.REQUEST_HEAD_LARGE, request("GET / HTTP/1.1", longField(33_000))),
                refused("an endless field", Failure.REQUEST_HEAD_LARGE, "GET / HTTP/1.1\r\n" + longField(200_000)),
                refused("many long fields", Failure.REQUEST_HEAD_LARGE, request("GET / HTTP/1.1", manyFields(90, 400))),
                refused("101 fields", Failure.REQUEST_FIELDS_MANY, request("GET / HTTP/1.1", manyFields(100, 1))));
    }

    private static String longField(int length) {
        return "X: " + "a".repeat(length);
    }

    private static String[] manyFields(int count, int length) {
        return Stream.generate(() -> longField(length)).limit(count).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource({
        "requestLines",
        "methods",
        "targets",
        "hosts",
        "lineEnds",
        "malformedFields",
        "foldedFields",
        "lengths",
        "encodings",
        "ambiguities",
        "expectations",
        "sizes"
    })
    void refuses(Failure failure, String request) throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send(request);

            expectRefusal(client, failure);
        }
    }

    @ParameterizedTest
    @MethodSource({
        "requestLines",
        "methods",
        "targets",
        "hosts",
        "lineEnds",
        "malformedFields",
        "foldedFields",
        "lengths",
        "encodings",
        "ambiguities",
        "expectations"
    })
    void refusesByteByByte(Failure failure, String request) throws Exception {
        try (RawPeer client = gateway.client()) {
            client.sendByteByByte(request);

            expectRefusal(client, failure);
        }
    }

    @Test
    void refusesGarbage() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");

            assertThat(client.response().status()).isEqualTo(400);
            client.expectEnd();
        }
    }

    @Test
    void neverLooksAtWhatFollowsARefusedRequest() throws Exception {
        try (RawPeer client = gateway.client()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + get("/").repeat(100));

            expectRefusal(client, Failure.REQUEST_HOST);
        }
    }

    @Test
    void answersAlsoWhereTheClientGoesOnSending() throws Exception {
        // more than the kernels hold: a close without reading it would be a reset, and the answer lost
        try (RawPeer client = gateway.client()) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
            client.send("x".repeat(1_000_000));

            expectRefusal(client, Failure.REQUEST_LENGTH);
        }
    }
}
