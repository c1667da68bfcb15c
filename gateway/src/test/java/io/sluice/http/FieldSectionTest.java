package io.sluice.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.FieldSection.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 9113 section 8 for fields, and that what comes out is as from HTTP/1.1. */
final class FieldSectionTest {
    private static final String GET = ":method=GET|:scheme=https|:path=/a?b|:authority=x.example:8443";

    private final FieldSection section = new FieldSection();
    private final Head head = new Head();

    private @Nullable Failure read(Kind kind, String fields, boolean ended) {
        head.clear();
        section.begin(kind, head, 1000, 10);
        for (String field : fields.split("\\|", -1)) {
            int equals = field.startsWith("=") ? 0 : field.indexOf('=', 1);
            byte[] name = field.substring(0, equals).getBytes(ISO_8859_1);
            byte[] value = field.substring(equals + 1).getBytes(ISO_8859_1);
            section.field(name, 0, name.length, value, 0, value.length, false);
        }
        return section.end(ended);
    }

    private @Nullable Failure request(String fields) {
        return read(Kind.REQUEST, fields, true);
    }

    @Test
    void aRequestIsAsTheParserWouldHaveIt() {
        assertThat(request(GET + "|accept=*/*")).isNull();
        Head parsed = Messages.request("GET /a?b HTTP/1.1\r\nhost: x.example:8443\r\naccept: */*\r\n\r\n");
        assertThat(Shown.of(head)).isEqualTo(Shown.of(parsed));
        assertThat(Messages.written(out -> H1Writer.request(head, 0, false, out)))
                .isEqualTo(Messages.written(out -> H1Writer.request(parsed, 0, false, out)));
        assertThat(head.isHttp2()).isTrue();
        assertThat(head.target()).isEqualTo("/a?b");
        assertThat(head.authority()).isEqualTo("x.example:8443");
    }

    @Test
    void pseudoFieldsComeInAnyOrder() {
        assertThat(request(":path=/|:authority=a|:method=HEAD|:scheme=http")).isNull();
        assertThat(head.isHead()).isTrue();
        assertThat(head.path()).isEqualTo("/");
    }

    @Test
    void hostMayStandForTheAuthority() {
        assertThat(request(":method=GET|:scheme=http|:path=/|host=a")).isNull();
        assertThat(head.authority()).isEqualTo("a");
        assertThat(request(GET + "|host=X.example:8443")).isNull();
        assertThat(head.fields()).isEqualTo(1);
        assertThat(request(GET + "|host=b")).isEqualTo(Failure.REQUEST_MALFORMED);
        assertThat(request(":method=GET|:scheme=http|:path=/")).isEqualTo(Failure.REQUEST_HOST);
        assertThat(request(":method=GET|:scheme=http|:path=/|:authority=")).isEqualTo(Failure.REQUEST_HOST);
        assertThat(request(":method=GET|:scheme=http|:path=/|:authority=u@a")).isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void crumbsOfCookiesAreJoined() {
        assertThat(request(GET + "|cookie=a=b|x=y|cookie=c=d")).isNull();
        assertThat(head.first(Name.COOKIE)).isEqualTo("a=b; c=d");
        assertThat(head.find(Name.COOKIE, head.find(Name.COOKIE, 0) + 1)).isNegative();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // section 8.2.1
                "X-A=b",
                "x a=b",
                "x:a=b",
                "=b",
                "x\u00e9=b",
                "x-a= b",
                "x-a=b\t",
                "x-a=b\rc",
                "x-a=b\nc",
                "x-a=b\0c",
                // section 8.2.2
                "connection=close",
                "keep-alive=x",
                "proxy-connection=x",
                "transfer-encoding=chunked",
                "upgrade=h2c",
                "te=gzip",
                "te=trailers, deflate",
                // section 8.3
                "x=y|:path=/",
                ":path=/c",
                ":unknown=x",
                ":status=200",
                ":protocol=websocket",
                // section 8.1.1
                "content-length=5"
            })
    void isMalformedWith(String field) {
        assertThat(request(GET + "|" + field)).isEqualTo(Failure.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":scheme=http|:path=/|:authority=a",
                ":method=GET|:path=/|:authority=a",
                ":method=GET|:scheme=http|:authority=a",
                ":method=GET|:scheme=http|:path=|:authority=a",
                ":method=|:scheme=http|:path=/|:authority=a",
                ":method=GET|:scheme=http|:path=/ HTTP/1.1\r\nx: y|:authority=a",
                ":method=GET|:scheme=http|:path=/a b|:authority=a",
                ":method=GET /x HTTP/1.1\r\n|:scheme=http|:path=/|:authority=a",
                ":method=GET /x|:scheme=http|:path=/|:authority=a",
                ":method=GET|:method=GET|:scheme=http|:path=/|:authority=a",
                ":method=GET|:scheme=http|:path=/|:authority=a|:authority=a",
                ":method=CONNECT|:scheme=http|:path=/|:authority=a",
                ":method=CONNECT|x=y",
                // RFC 8441 section 4
                ":method=CONNECT|:protocol=websocket|:scheme=http|:path=/|x=y|:authority=a",
                ":method=CONNECT|:scheme=http|:path=/|:authority=a|x=y|:protocol=websocket",
                ":method=CONNECT|:protocol=websocket|:scheme=http|:path=/|host=a",
                ":method=CONNECT|:protocol=web\r\nsocket|:scheme=http|:path=/|:authority=a",
                "accept=*/*"
            })
    void isMalformedAs(String request) {
        assertThat(request(request)).isEqualTo(Failure.REQUEST_MALFORMED);
    }

    @Test
    void aTargetIsThatOfARequestLine() {
        assertThat(request(":method=GET|:scheme=http|:path=http://b/|:authority=a"))
                .isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":method=GET|:scheme=http|:path=a|:authority=a")).isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":method=GET|:scheme=http|:path=*|:authority=a")).isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":method=GET|:scheme=ftp|:path=/|:authority=a")).isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":method=GET|:scheme=http|:path=/#a|:authority=a")).isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":method=GET|:scheme=http|:path=/%zz|:authority=a")).isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":method=OPTIONS|:scheme=http|:path=*|:authority=a")).isNull();
        assertThat(head.isAsterisk()).isTrue();
        assertThat(request(":method=CONNECT|:authority=a:1")).isEqualTo(Failure.REQUEST_METHOD_UNSUPPORTED);
        assertThat(request(":method=G\u00e9T|:scheme=http|:path=/|:authority=a"))
                .isEqualTo(Failure.REQUEST_METHOD);
    }

    @Test
    void anExtendedConnectIsAGetThatUpgrades() {
        String connect = ":method=CONNECT|:protocol=websocket|:scheme=https|:path=/a?b|:authority=x.example:8443";
        assertThat(read(Kind.REQUEST, connect + "|accept=*/*", false)).isNull();
        Head parsed = Messages.request("""
                GET /a?b HTTP/1.1\r
                host: x.example:8443\r
                upgrade: websocket\r
                connection: upgrade\r
                accept: */*\r
                \r
                """);
        parsed.drop(Name.CONNECTION);
        assertThat(Shown.of(head)).isEqualTo(Shown.of(parsed));
        assertThat(Messages.written(out -> H1Writer.request(head, 0, true, out)))
                .isEqualTo(Messages.written(out -> H1Writer.request(parsed, 0, true, out)));
        assertThat(head.isConnect()).isTrue();
        assertThat(parsed.isConnect()).isFalse();
        assertThat(head.body()).isZero();
        assertThat(request(GET)).isNull();
        assertThat(head.isConnect()).isFalse();
    }

    @Test
    void anExtendedConnectIsForWebSocketOnly() {
        String connect = "|:method=CONNECT|:scheme=https|:path=/|:authority=a";
        assertThat(request(":protocol=WebSocket" + connect)).isNull();
        assertThat(request(":protocol=webtransport" + connect)).isEqualTo(Failure.REQUEST_PROTOCOL);
        assertThat(request(":protocol=websocket" + connect.replace("https", "wss")))
                .isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":protocol=websocket" + connect.replace("path=/", "path=*")))
                .isEqualTo(Failure.REQUEST_TARGET);
        assertThat(request(":protocol=websocket" + connect.replace("authority=a", "authority=")))
                .isEqualTo(Failure.REQUEST_HOST);
    }

    @Test
    void theFramesSayWhereABodyEnds() {
        assertThat(read(Kind.REQUEST, GET, false)).isNull();
        assertThat(head.body()).isEqualTo(Head.CHUNKED);
        assertThat(read(Kind.REQUEST, GET + "|content-length=5", false)).isNull();
        assertThat(head.body()).isEqualTo(5);
        assertThat(read(Kind.REQUEST, GET + "|content-length=0", true)).isNull();
        assertThat(head.body()).isZero();
        assertThat(read(Kind.REQUEST, GET + "|content-length=5|content-length=5", false))
                .isEqualTo(Failure.REQUEST_LENGTH);
        assertThat(read(Kind.REQUEST, GET + "|expect=100-continue", false)).isNull();
        assertThat(head.expectsContinue()).isTrue();
    }

    @Test
    void aHeadHasItsLimits() {
        assertThat(request(GET + "|x=" + "y".repeat(1000))).isEqualTo(Failure.REQUEST_HEAD_LARGE);
        assertThat(request(":path=/" + "y".repeat(1000))).isEqualTo(Failure.REQUEST_TARGET_LONG);
        assertThat(request(GET + "|x=y".repeat(9))).isNull();
        assertThat(request(GET + "|x=y".repeat(10))).isEqualTo(Failure.REQUEST_FIELDS_MANY);
    }

    @Test
    void aResponseIsAsTheParserWouldHaveIt() {
        assertThat(read(Kind.RESPONSE, ":status=404|content-length=3|server=x", false))
                .isNull();
        Head parsed = Messages.response("HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\nserver: x\r\n\r\n");
        assertThat(Shown.of(head)).isEqualTo(Shown.of(parsed));
        assertThat(Messages.written(out -> H1Writer.response(head, 3, false, 1, true, false, out)))
                .isEqualTo("HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\nserver: x\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server=x",
                ":status=20",
                ":status=2000",
                ":status=600",
                ":status=101",
                ":status=2x0",
                ":status=200|:status=200",
                ":status=200|:path=/",
                "server=x|:status=200",
                ":status=200|connection=close",
                ":status=200|Server=x"
            })
    void aResponseIsRefusedAs(String fields) {
        assertThat(read(Kind.RESPONSE, fields, true)).isEqualTo(Failure.RESPONSE_HEAD);
    }

    @Test
    void trailersHaveNoPseudoFields() {
        assertThat(read(Kind.REQUEST_TRAILERS, "x=y", true)).isNull();
        assertThat(head.fields()).isEqualTo(1);
        assertThat(read(Kind.REQUEST_TRAILERS, ":path=/", true)).isEqualTo(Failure.REQUEST_MALFORMED);
        assertThat(read(Kind.REQUEST_TRAILERS, "content-length=1", true)).isEqualTo(Failure.REQUEST_TRAILERS);
        assertThat(read(Kind.RESPONSE_TRAILERS, ":status=200", true)).isEqualTo(Failure.RESPONSE_TRAILERS);
        assertThat(read(Kind.RESPONSE_TRAILERS, "set-cookie=a", true)).isNull();
        assertThat(head.fields()).isZero();
    }
}
