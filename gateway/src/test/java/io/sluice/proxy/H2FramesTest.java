package io.sluice.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9113, sections 3, 4 and 6.1 to 6.4: the preface and frames. */
final class H2FramesTest {
    /** Section 3.4. */
    @Nested
    final class Preface extends H2Conformance {
        @Test
        void theServerSendsItsSettingsFirst() throws Exception {
            try (H2Peer peer = H2Peer.silent(gateway().address())) {
                peer.raw(H2Peer.PREFACE.getBytes(ISO_8859_1));
                assertThat(peer.read().type()).isEqualTo(H2Frame.SETTINGS);
            }
        }

        @Test
        void aWrongPrefaceEndsTheConnection() throws Exception {
            try (H2Peer peer = H2Peer.silent(gateway().address())) {
                peer.raw(H2Peer.PREFACE.replace("SM", "XX").getBytes(ISO_8859_1));
                assertThat(peer.lost()).isEqualTo(PROTOCOL_ERROR);
            }
        }

        @Test
        void settingsMustFollowThePreface() throws Exception {
            try (H2Peer peer = H2Peer.silent(gateway().address())) {
                peer.raw(H2Peer.PREFACE.getBytes(ISO_8859_1));
                peer.frame(H2Frame.PING, 0, 0, new byte[8]);
                assertThat(peer.lost()).isEqualTo(PROTOCOL_ERROR);
            }
        }

        @Test
        void settingsAreAcknowledged() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0);
            H2Frame first = client.await(H2Frame.SETTINGS);
            assertThat(first.has(H2Frame.ACK)).isTrue();
            assertThat(client.await(H2Frame.SETTINGS).has(H2Frame.ACK)).isTrue();
        }
    }

    /** Section 4. */
    @Nested
    final class Frames extends H2Conformance {
        @Test
        void framesOfUnknownTypesAreIgnored() throws Exception {
            client.frame(0x16, 0, 0, new byte[8]).assertAlive();
            client.frame(0xff, 0xff, 77, new byte[100]).assertAlive();
        }

        @Test
        void undefinedFlagsAndTheReservedBitAreIgnored() throws Exception {
            client.raw(new H2Frame(H2Frame.PING, 0x16, 0x80000000, new byte[8]).bytes());
            assertThat(client.await(H2Frame.PING).has(H2Frame.ACK)).isTrue();
            client.frame(H2Frame.HEADERS, WHOLE | 0x12, 1, get());
            assertThat(client.response(1).status()).isEqualTo(200);
        }

        @Test
        void aFrameOfTheLargestSizeIsTaken() throws Exception {
            open(1).frame(H2Frame.DATA, H2Frame.END_STREAM, 1, new byte[16384]);
            assertThat(client.response(1).status()).isEqualTo(200);
        }

        @ParameterizedTest
        @ValueSource(ints = {H2Frame.DATA, H2Frame.HEADERS, H2Frame.SETTINGS, H2Frame.PING, 0x20})
        void aFrameOfMoreIsNot(int type) throws Exception {
            client.frame(type, 0, type == H2Frame.DATA || type == H2Frame.HEADERS ? 1 : 0, new byte[16386]);
            assertLost(FRAME_SIZE_ERROR);
        }

        @Test
        void framesMayComeInSmallPieces() throws Exception {
            byte[] frame = new H2Frame(H2Frame.HEADERS, WHOLE, 1, get()).bytes();
            for (byte b : frame) {
                client.raw(new byte[] {b});
            }
            assertThat(client.response(1).body()).isEqualTo("hello");
        }
    }

    /** Section 6.1. */
    @Nested
    final class Data extends H2Conformance {
        @Test
        void onStreamZero() throws Exception {
            client.data(0, "x", true);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void paddingIsDropped() throws Exception {
            open(1).frame(
                            H2Frame.DATA,
                            H2Frame.PADDED | H2Frame.END_STREAM,
                            1,
                            (byte) 3,
                            (byte) 'a',
                            (byte) 0,
                            (byte) 0,
                            (byte) 0);
            assertThat(client.response(1).status()).isEqualTo(200);
        }

        @Test
        void paddingAloneIsNoContent() throws Exception {
            client.post(1, "/", "content-length: 0");
            client.frame(H2Frame.DATA, H2Frame.PADDED | H2Frame.END_STREAM, 1, (byte) 2, (byte) 0, (byte) 0);
            assertThat(client.response(1).status()).isEqualTo(200);
            client.assertAlive();
        }

        @Test
        void morePaddingThanPayload() throws Exception {
            open(1).frame(H2Frame.DATA, H2Frame.PADDED | H2Frame.END_STREAM, 1, (byte) 6, (byte) 0);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void paddedWithoutALength() throws Exception {
            open(1).frame(H2Frame.DATA, H2Frame.PADDED | H2Frame.END_STREAM, 1);
            assertLost(FRAME_SIZE_ERROR);
        }
    }

    /** Section 6.2. */
    @Nested
    final class Headers extends H2Conformance {
        @Test
        void onStreamZero() throws Exception {
            client.frame(H2Frame.HEADERS, WHOLE, 0, get());
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void withPriorityAndPadding() throws Exception {
            byte[] block = get();
            byte[] payload = new byte[1 + 5 + block.length + 4];
            payload[0] = 4;
            payload[5] = (byte) 200;
            System.arraycopy(block, 0, payload, 6, block.length);
            client.frame(H2Frame.HEADERS, WHOLE | H2Frame.PADDED | H2Frame.HAS_PRIORITY, 1, payload);
            assertThat(client.response(1).status()).isEqualTo(200);
        }

        @Test
        void morePaddingThanPayload() throws Exception {
            client.frame(H2Frame.HEADERS, WHOLE | H2Frame.PADDED, 1, (byte) 200, (byte) 0x82);
            assertLost(PROTOCOL_ERROR);
        }

        @ParameterizedTest
        @ValueSource(ints = {H2Frame.PADDED, H2Frame.HAS_PRIORITY})
        void tooShortForItsFlags(int flag) throws Exception {
            client.frame(H2Frame.HEADERS, WHOLE | flag, 1);
            assertLost(FRAME_SIZE_ERROR);
        }

        @ParameterizedTest
        @ValueSource(ints = {H2Frame.PRIORITY, H2Frame.DATA, H2Frame.PING, H2Frame.HEADERS, 0x42})
        void nothingMayComeBetweenTheFramesOfABlock(int type) throws Exception {
            client.frame(H2Frame.HEADERS, H2Frame.END_STREAM, 1, get());
            client.frame(
                    type,
                    H2Frame.END_HEADERS,
                    type == H2Frame.PING ? 0 : 1,
                    new byte[type == H2Frame.PRIORITY ? 5 : 8]);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void norABlockOfAnotherStream() throws Exception {
            client.frame(H2Frame.HEADERS, H2Frame.END_STREAM, 1, get());
            client.frame(H2Frame.HEADERS, WHOLE, 3, get());
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void thatDependsOnItself() throws Exception {
            byte[] block = get();
            byte[] payload = new byte[5 + block.length];
            payload[3] = 1;
            System.arraycopy(block, 0, payload, 5, block.length);
            client.frame(H2Frame.HEADERS, WHOLE | H2Frame.HAS_PRIORITY, 1, payload);
            assertReset(1, PROTOCOL_ERROR);
        }
    }

    /** Section 6.3. */
    @Nested
    final class Priority extends H2Conformance {
        @Test
        void isIgnoredOnWhateverStream() throws Exception {
            client.frame(H2Frame.PRIORITY, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1)
                    .assertAlive();
            assertServed(3);
            client.frame(H2Frame.PRIORITY, 0, 3, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 1)
                    .assertAlive();
            assertServed(5);
        }

        @Test
        void onStreamZero() throws Exception {
            client.frame(H2Frame.PRIORITY, 0, 0, new byte[5]);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void ofAnotherSizeThanFive() throws Exception {
            open(1).frame(H2Frame.PRIORITY, 0, 1, new byte[4]);
            assertReset(1, FRAME_SIZE_ERROR);
        }

        @Test
        void thatDependsOnItself() throws Exception {
            open(1).frame(H2Frame.PRIORITY, 0, 1, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0);
            assertReset(1, PROTOCOL_ERROR);
        }
    }

    /** Section 6.4. */
    @Nested
    final class RstStream extends H2Conformance {
        @Test
        void onStreamZero() throws Exception {
            client.reset(0, 8);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void onAStreamThatNobodyHasUsed() throws Exception {
            client.reset(1, 8);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void ofAnotherSizeThanFour() throws Exception {
            open(1).frame(H2Frame.RST_STREAM, 0, 1, new byte[3]);
            assertLost(FRAME_SIZE_ERROR);
        }

        @Test
        void withAnUnknownCode() throws Exception {
            open(1).reset(1, 0xff).assertAlive();
        }

        @Test
        void onAClosedStreamIsIgnored() throws Exception {
            assertServed(1);
            client.reset(1, 8).assertAlive();
        }
    }
}
