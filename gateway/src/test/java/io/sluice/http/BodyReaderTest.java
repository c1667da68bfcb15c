package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {

    // ---- length

    @Test
    void readsABodyByLengthAndNoFurther() {
        ByteBuf in = Messages.bytes("helloGET /");
        Bodies read = Bodies.read(5, in);
        assertThat(read.body).hasToString("hello");
        assertThat(read.ends).isEqualTo(1);
        assertThat(rest(in)).isEqualTo("GET /");
    }

    @Test
    void isDoneAtOnceWithoutABody() {
        BodyReader reader = new BodyReader(true);
        reader.start(0);
        assertThat(reader.done()).isTrue();
        assertThat(Bodies.read(0, Messages.bytes("GET /")).ends).isZero();
    }

    @Test
    void goesOnWhereItStoppedInABodyByLength() {
        BodyReader reader = new BodyReader(true);
        Bodies read = new Bodies();
        reader.start(5);
        reader.read(Messages.bytes("he"), read);
        assertThat(reader.done()).isFalse();
        reader.read(Messages.bytes("llo!"), read);
        assertThat(reader.done()).isTrue();
        assertThat(read.body).hasToString("hello");
    }

    @Test
    void takesNoCloseForTheEndOfABodyByLength() {
        BodyReader reader = new BodyReader(false);
        reader.start(5);
        reader.read(Messages.bytes("he"), new Bodies());
        assertThat(reader.closed()).isFalse();
        assertThat(reader.done()).isFalse();
    }

    // ---- until close

    @Test
    void readsABodyUntilClose() {
        BodyReader reader = new BodyReader(false);
        Bodies read = new Bodies();
        reader.start(Head.UNTIL_CLOSE);
        reader.read(Messages.bytes("hello"), read);
        reader.read(Messages.bytes(" you"), read);
        assertThat(reader.done()).isFalse();
        assertThat(reader.closed()).isTrue();
        assertThat(reader.done()).isTrue();
        assertThat(read.body).hasToString("hello you");
        assertThat(read.ends).isZero();
    }

    // ---- chunks

    @ParameterizedTest
    @CsvSource(
            value = {
                "0\\r\\n\\r\\n                              | ''",
                "5\\r\\nhello\\r\\n0\\r\\n\\r\\n             | hello",
                "5\\r\\nhello\\r\\n1\\r\\n!\\r\\n0\\r\\n\\r\\n | hello!",
                "A\\r\\n0123456789\\r\\n000\\r\\n\\r\\n       | 0123456789",
                "00000000000000a\\r\\n0123456789\\r\\n0\\r\\n\\r\\n | 0123456789",
                "2\\r\\n\\r\\n\\r\\n0\\r\\n\\r\\n             | \\r\\n",
            },
            delimiter = '|')
    void readsChunks(String text, String body) {
        Bodies read = Bodies.chunked(unescaped(text));
        assertThat(read.failure).isNull();
        assertThat(read.body).hasToString(unescaped(body));
        assertThat(read.ends).isEqualTo(1);
    }

    @Test
    void readsNothingBehindTheLastChunk() {
        ByteBuf in = Messages.bytes("1\r\na\r\n0\r\n\r\nGET /");
        Bodies.read(Head.CHUNKED, in);
        assertThat(rest(in)).isEqualTo("GET /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";a",
                ";a=b",
                ";a=\"b c\"",
                ";a=\"\\\"\\\\\";b",
                " ; a = \"b\" ; c",
                ";a;b=c;d=\"e;f, g\"",
            })
    void takesAndForgetsValidChunkExtensions(String extensions) {
        String text = "1" + extensions + "\r\na\r\n0" + extensions + "\r\n\r\n";
        assertThat(Bodies.chunked(text).failure).isNull();
        assertThat(Bodies.chunked(text).body).hasToString("a");
        assertThat(Bodies.chunkedByteByByte(text).body).hasToString("a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ";",
                ";;",
                ";=b",
                ";a=",
                ";a;",
                ";a b",
                ";a=b c",
                ";a=\"b",
                ";a=\"b\"c",
                ";a=\"\u007f\"",
                ";a=\"\u00e9\"",
                ";a=\"\t\"",
                "\t;a",
                ";\ta",
                ";a\t=b",
                ";a=\tb",
                ";a=b\t;c",
                ";a=\"\0\"",
                ";a\0",
                ";a=\"\\\0\"",
                " ",
                " a",
                ";a=b ",
                ";a ",
                ";a=(b)",
                ";a=b ;c",
                ",a",
                "=a",
                ";a=\"b\r\"",
                ";a=\"b\n\"",
                ";a\n",
                ";a\rb",
            })
    void rejectsMalformedChunkExtensions(String extensions) {
        assertThat(Bodies.chunked("1" + extensions + "\r\na\r\n0\r\n\r\n").failure)
                .isEqualTo(Failure.REQUEST_CHUNK);
    }

    @Test
    void rejectsChunkExtensionsOverTheBound() {
        assertThat(Bodies.chunked("1;" + "a".repeat(253) + "\r\na\r\n0\r\n\r\n").failure)
                .isNull();
        assertThat(Bodies.chunked("1;" + "a".repeat(300) + "\r\na\r\n0\r\n\r\n").failure)
                .isEqualTo(Failure.REQUEST_CHUNK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "g",
                "-1",
                "+1",
                "0x1",
                " 1",
                "1 1",
                "1h",
                "\t1",
                "\r\n1",
                "1.",
                "1,",
                "_1",
                "0000000000000001",
                "fffffffffffffffff",
                "8000000000000000",
                "10000000000000000",
                "\u0661",
            })
    void rejectsMalformedChunkSizes(String size) {
        assertThat(Bodies.chunked(size + "\r\na\r\n0\r\n\r\n").failure).isEqualTo(Failure.REQUEST_CHUNK);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1\na\r\n0\r\n\r\n",
                "1\ra\r\n0\r\n\r\n",
                "1\r\na\n0\r\n\r\n",
                "1\r\na\r0\r\n\r\n",
                "1\r\nab\r\n0\r\n\r\n",
                "2\r\na\r\n0\r\n\r\n",
                "1\r\na0\r\n\r\n",
                "0\n\r\n",
            })
    void rejectsChunksThatDoNotEndInCrLf(String text) {
        assertThat(Bodies.chunked(text).failure).isEqualTo(Failure.REQUEST_CHUNK);
        assertThat(Bodies.chunked(text).ends).isZero();
    }

    @Test
    void namesTheResponseWhenAResponsesChunkIsMalformed() {
        BodyReader reader = new BodyReader(false);
        reader.start(Head.CHUNKED);
        assertThat(reader.read(Messages.bytes("x"), new Bodies())).isEqualTo(Failure.RESPONSE_CHUNK);
        assertThat(reader.read(Messages.bytes("1\r\n"), new Bodies())).isEqualTo(Failure.RESPONSE_CHUNK);
        assertThat(reader.done()).isFalse();
    }

    @Test
    void readsHugeChunksInPieces() {
        BodyReader reader = new BodyReader(false);
        Bodies read = new Bodies();
        reader.start(Head.CHUNKED);
        assertThat(reader.read(Messages.bytes("fffffffffffffff\r\nab"), read)).isNull();
        assertThat(reader.read(Messages.bytes("cd"), read)).isNull();
        assertThat(read.body).hasToString("abcd");
        assertThat(reader.closed()).isFalse();
    }

    // ---- trailers

    @Test
    void handsOverTrailers() {
        Bodies read = Bodies.chunked("0\r\nGrpc-Status: 0\r\nX-Sum:a b \r\n\r\n");
        assertThat(read.trailers).hasToString("Grpc-Status: 0\nX-Sum: a b\n");
        assertThat(read.ends).isEqualTo(1);
    }

    @Test
    void readsTrailersByteByByte() {
        Bodies read = Bodies.chunkedByteByByte("1\r\na\r\n0\r\nGrpc-Status: 0\r\n\r\n");
        assertThat(read.trailers).hasToString("Grpc-Status: 0\n");
        assertThat(Bodies.chunkedByteByByte("0\r\n\r\n").ends).isEqualTo(1);
    }

    @Test
    void leavesNoTrailersBehindForTheNextBody() {
        BodyReader reader = new BodyReader(true);
        Bodies read = new Bodies();
        ByteBuf in = Messages.bytes("0\r\nA: 1\r\n\r\n0\r\nB: 2\r\n\r\n");
        reader.start(Head.CHUNKED);
        reader.read(in, read);
        reader.start(Head.CHUNKED);
        reader.read(in, read);
        assertThat(read.trailers).hasToString("A: 1\nB: 2\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked", "Host: a", "host:"})
    void rejectsFramingAndHostInTrailers(String line) {
        assertThat(Bodies.chunked("0\r\nA: 1\r\n" + line + "\r\n\r\n").failure).isEqualTo(Failure.REQUEST_TRAILERS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: close",
                "Keep-Alive: 5",
                "TE: trailers",
                "Trailer: a",
                "Upgrade: a",
                "Expect: 100-continue",
                "X-Forwarded-For: 1.2.3.4",
                "Forwarded: for=a",
                "Via: 1.1 a",
                "X-Request-Id: 1",
                "Cookie: a",
                "Authorization: x",
                "Set-Cookie: a",
                "Content-Type: a",
                "content-encoding: gzip",
                "Content-Range: a",
                "Cache-Control: no-store",
                "If-Match: a",
                "Location: /",
            })
    void dropsTrailersThatMustNotBeMerged(String line) {
        Bodies read = Bodies.chunked("0\r\n" + line + "\r\nX: 1\r\n\r\n");
        assertThat(read.failure).isNull();
        assertThat(read.trailers).hasToString("X: 1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A : 1\r\n",
                "A: 1\r\n b\r\n",
                " A: 1\r\n",
                "A\r\n",
                ": 1\r\n",
                "A: 1\n",
                "A: a\0\r\n",
                "A: a\rb\r\n",
                "\r",
            })
    void rejectsMalformedTrailers(String lines) {
        assertThat(Bodies.chunked("0\r\n" + lines + "\r\n").failure).isEqualTo(Failure.REQUEST_TRAILERS);
    }

    @Test
    void rejectsOversizeTrailers() {
        assertThat(Bodies.chunked("0\r\nA: " + "a".repeat(8192) + "\r\n\r\n").failure)
                .isEqualTo(Failure.REQUEST_TRAILERS);
        assertThat(Bodies.chunked("0\r\n" + "A: 1\r\n".repeat(65) + "\r\n").failure)
                .isEqualTo(Failure.REQUEST_TRAILERS);
        assertThat(Bodies.chunked("0\r\n" + "A: 1\r\n".repeat(64) + "\r\n").failure)
                .isNull();
    }

    @Test
    void namesTheResponseWhenAResponsesTrailersAreMalformed() {
        BodyReader reader = new BodyReader(false);
        reader.start(Head.CHUNKED);
        assertThat(reader.read(Messages.bytes("0\r\nA\r\n\r\n"), new Bodies())).isEqualTo(Failure.RESPONSE_TRAILERS);
    }

    // ---- the sink

    @Test
    void returnsBehindThePieceWhenTheSinkStops() {
        BodyReader reader = new BodyReader(true);
        Bodies read = new Bodies();
        read.stopAfterPiece = reader;
        ByteBuf in = Messages.bytes("1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
        reader.start(Head.CHUNKED);
        reader.read(in, read);
        assertThat(read.body).hasToString("a");
        reader.read(in, read);
        assertThat(read.body).hasToString("ab");
        reader.read(in, read);
        assertThat(reader.done()).isTrue();
    }

    @Test
    void letsTheSinkStartTheNextBodyAtTheEnd() {
        BodyReader reader = new BodyReader(true);
        StringBuilder seen = new StringBuilder();
        BodyReader.Sink sink = new BodyReader.Sink() {
            @Override
            public void bodyPiece(ByteBuf in, int from, int length) {
                seen.append(in.toString(from, length, StandardCharsets.ISO_8859_1));
            }

            @Override
            public void bodyEnd(@Nullable Head trailers) {
                seen.append('|');
                reader.start(3);
            }
        };
        ByteBuf in = Messages.bytes("0\r\nA: 1\r\n\r\nabcdef");
        reader.start(Head.CHUNKED);
        reader.read(in, sink);
        assertThat(rest(in)).isEqualTo("abcdef");
        reader.read(in, sink);
        assertThat(seen).hasToString("|abc|");
        assertThat(rest(in)).isEqualTo("def");
    }

    private static String rest(ByteBuf in) {
        return in.toString(StandardCharsets.ISO_8859_1);
    }

    private static String unescaped(String text) {
        return text.translateEscapes();
    }
}
