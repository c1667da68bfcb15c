package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9113, sections 5 and 8: the states of streams, and messages. */
final class H2StreamsTest {
    /** Section 5.1: nobody has used the stream. */
    @Nested
    final class Idle extends H2Conformance {
        @Test
        void data() throws Exception {
            client.data(1, "x", true);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void rstStream() throws Exception {
            client.reset(3, 0);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void windowUpdate() throws Exception {
            client.openWindow(5, 1);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void continuation() throws Exception {
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, get());
            assertLost(PROTOCOL_ERROR);
        }
    }

    /** Section 5.1: the request has ended, the response has not. */
    @Nested
    final class HalfClosed extends H2Conformance {
        /** So that there is time: not a byte of the answer may be sent. */
        private void asked() throws IOException {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 0)).keepingWindows();
            client.get(1, "/");
            client.await(H2Frame.HEADERS);
        }

        @Test
        void data() throws Exception {
            asked();
            client.data(1, "x", true);
            assertReset(1, STREAM_CLOSED);
        }

        @Test
        void headers() throws Exception {
            asked();
            client.frame(H2Frame.HEADERS, WHOLE, 1, client.block("x: y"));
            assertReset(1, STREAM_CLOSED);
        }

        @Test
        void continuation() throws Exception {
            asked();
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, client.block("x: y"));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void windowUpdatePriorityAndRstStreamAreTaken() throws Exception {
            asked();
            client.frame(H2Frame.PRIORITY, 0, 1, new byte[5]).openWindow(1, 1);
            assertThat(client.await(H2Frame.DATA).payload()).hasSize(1);
            client.reset(1, 8).assertAlive();
        }
    }

    /** Section 5.1: both sides have ended, or one has reset it. */
    @Nested
    final class Closed extends H2Conformance {
        @Test
        void dataAfterTheEnd() throws Exception {
            assertServed(1);
            client.data(1, "x", true);
            assertReset(1, STREAM_CLOSED);
        }

        @Test
        void headersAfterTheEnd() throws Exception {
            assertServed(1);
            client.get(1, "/");
            assertLost(STREAM_CLOSED);
        }

        @Test
        void continuationAfterTheEnd() throws Exception {
            assertServed(1);
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, client.block("x: y"));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void dataAfterAReset() throws Exception {
            open(1).reset(1, 8).data(1, "x", true);
            assertReset(1, STREAM_CLOSED);
        }

        @Test
        void headersAfterAReset() throws Exception {
            open(1).reset(1, 8).get(1, "/");
            assertLost(STREAM_CLOSED);
        }

        @Test
        void whatWasUnderWayWhenItWasResetFromHereIsDropped() throws Exception {
            open(1).openWindow(1, 0);
            assertThat(client.resetOf(1)).isEqualTo(PROTOCOL_ERROR);
            client.data(1, "x", false)
                    .frame(H2Frame.HEADERS, WHOLE, 1, client.block("x: y"))
                    .assertAlive();
            assertServed(3);
        }
    }

    /** Section 5.1.1. */
    @Nested
    final class Identifiers extends H2Conformance {
        @Test
        void areOdd() throws Exception {
            client.get(2, "/");
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void rise() throws Exception {
            assertServed(5);
            client.get(3, "/");
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void mayLeaveOthersOut() throws Exception {
            assertServed(1);
            assertServed(101);
        }
    }

    /** Section 5.1.2. */
    @Nested
    final class Concurrency extends H2Conformance {
        @Test
        void streamsBeyondTheLimitAreRefusedAndTheOthersGoOn() throws Exception {
            for (int stream = 1; stream <= 2 * 128 - 1; stream += 2) {
                open(stream);
            }
            client.get(257, "/");
            assertReset(257, REFUSED_STREAM);
            client.data(1, "", true);
            assertThat(client.response(1).body()).isEqualTo("hello");
            assertServed(259);
        }
    }

    /** Section 4.3 and RFC 7541. */
    @Nested
    final class Compression extends H2Conformance {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    // a name that is not there; indexes 0 and 70, an update at the end, one that is too large; an
                    // end-of-string, and padding
                    "7f00 01",
                    "80",
                    "ff09",
                    "20",
                    "3fe2 1f",
                    "00 8511 1111 11ff 01 62",
                    "0084 ffff ffff 0162",
                    "008318ffff0162"
                })
        void whatIsNoFieldBlockEndsTheConnection(String hex) throws Exception {
            byte[] head = get();
            byte[] more = HexFormat.of().parseHex(hex.replace(" ", ""));
            byte[] block = Arrays.copyOf(head, head.length + more.length);
            System.arraycopy(more, 0, block, head.length, more.length);
            client.frame(H2Frame.HEADERS, WHOLE, 1, block);
            assertLost(COMPRESSION_ERROR);
        }

        @Test
        void aBlockOfAStreamThatIsNotWantedCountsAllTheSame() throws Exception {
            byte[] put = HexFormat.of().parseHex("4001610162");
            open(1).openWindow(1, 0);
            assertThat(client.resetOf(1)).isEqualTo(PROTOCOL_ERROR);
            client.frame(H2Frame.HEADERS, WHOLE, 1, put);
            // what it put there is the newest field, and the authority of the first request the one before
            client.frame(H2Frame.HEADERS, WHOLE, 3, HexFormat.of().parseHex("828684bfbe"));
            H2Response got = client.response(3);
            assertThat(got.status()).isEqualTo(200);
        }

        @Test
        void aTableMayBeSwitchedOff() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(1, 0));
            for (int stream = 1; stream < 20; stream += 2) {
                assertServed(stream);
            }
        }
    }

    /** Section 8.1 to 8.3: what is malformed is answered, and its stream is reset. */
    @Nested
    final class Malformed extends H2Conformance {
        @ParameterizedTest
        @MethodSource("io.sluice.proxy.H2StreamsTest#malformed")
        void isAnsweredAndReset(String lines) throws Exception {
            client.frame(H2Frame.HEADERS, WHOLE, 1, client.block(lines.split("\n", -1)));
            H2Response got = client.response(1);
            assertThat(got.status()).isEqualTo(400);
            assertThat(got.reset()).isEqualTo(PROTOCOL_ERROR);
            client.assertAlive();
        }

        @Test
        void aPseudoFieldBehindOthers() throws Exception {
            client.frame(H2Frame.HEADERS, WHOLE, 1, HexFormat.of().parseHex("8286840001780179010161"));
            assertThat(client.response(1).status()).isEqualTo(400);
        }

        @Test
        void aSecondHeadWithoutTheEnd() throws Exception {
            open(1).frame(H2Frame.HEADERS, H2Frame.END_HEADERS, 1, client.block("x: y"));
            assertReset(1, PROTOCOL_ERROR);
        }

        @Test
        void pseudoFieldsInTrailers() throws Exception {
            open(1).frame(H2Frame.HEADERS, WHOLE, 1, client.block(":method: GET"));
            assertReset(1, PROTOCOL_ERROR);
        }

        @Test
        void moreContentThanAnnounced() throws Exception {
            client.post(1, "/", "content-length: 1").data(1, "test", true);
            assertReset(1, PROTOCOL_ERROR);
        }

        @Test
        void lessContentThanAnnounced() throws Exception {
            client.post(1, "/", "content-length: 9").data(1, "test", false).data(1, "more", true);
            assertReset(1, PROTOCOL_ERROR);
        }

        @Test
        void lessContentThanAnnouncedBeforeTrailers() throws Exception {
            client.post(1, "/", "content-length: 9").data(1, "test", false);
            client.frame(H2Frame.HEADERS, WHOLE, 1, client.block("x: y"));
            assertReset(1, PROTOCOL_ERROR);
        }
    }

    static Stream<String> malformed() {
        String method = ":method: GET";
        String scheme = ":scheme: http";
        String path = ":path: /";
        String authority = ":authority: a.test";
        return Stream.of(
                String.join("\n", method, scheme, path, authority, "X-TEST: ok"),
                String.join("\n", method, scheme, path, authority, ":test: ok"),
                String.join("\n", method, scheme, path, authority, ":status: 200"),
                String.join("\n", method, scheme, path, authority, "connection: keep-alive"),
                String.join("\n", method, scheme, path, authority, "transfer-encoding: chunked"),
                String.join("\n", method, scheme, path, authority, "te: trailers, deflate"),
                String.join("\n", method, scheme, ":path: ", authority),
                String.join("\n", scheme, path, authority),
                String.join("\n", method, path, authority),
                String.join("\n", method, scheme, authority),
                String.join("\n", method, method, scheme, path, authority),
                String.join("\n", method, scheme, scheme, path, authority),
                String.join("\n", method, scheme, path, path, authority),
                String.join("\n", method, scheme, path, authority, authority),
                String.join("\n", method, scheme, path, authority, "host: b.test"),
                String.join("\n", method, scheme, path, authority, "content-length: 1"));
    }

    /** Limits of a head. */
    @Nested
    final class Limits extends H2Conformance {
        @Test
        void aHeadThatIsTooLargeIsAnswered() throws Exception {
            client.get(1, "/", "x: " + "y".repeat(15_000), "z: " + "y".repeat(1_700));
            assertThat(client.response(1).status()).isEqualTo(431);
            assertServed(3);
        }

        @Test
        void tooManyFieldsAreAnswered() throws Exception {
            String[] lines = new String[60];
            Arrays.fill(lines, "x: y");
            client.get(1, "/", lines);
            assertThat(client.response(1).status()).isEqualTo(431);
            assertServed(3);
        }

        @Test
        void aPathThatIsTooLongIsAnswered() throws Exception {
            client.get(1, "/" + "y".repeat(16_350));
            assertThat(client.response(1).status()).isEqualTo(414);
        }
    }
}
