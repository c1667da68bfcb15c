package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.H2Frame;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9113, sections 6.5 to 6.10: frames of the connection, and of windows. */
final class H2ControlFramesTest {
    /** Section 6.5. */
    @Nested
    final class Settings extends H2Conformance {
        @Test
        void anAcknowledgementWithContent() throws Exception {
            client.frame(H2Frame.SETTINGS, H2Frame.ACK, 0, (byte) 0);
            assertLost(FRAME_SIZE_ERROR);
        }

        @Test
        void onAStream() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 1, H2Frame.setting(3, 100));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void ofABrokenSize() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, new byte[3]);
            assertLost(FRAME_SIZE_ERROR);
        }

        @Test
        void enablePushIsZeroOrOne() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(2, 1)).assertAlive();
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(2, 2));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void theInitialWindowIsAtMostTwoToThe31stLessOne() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, Integer.MAX_VALUE))
                    .assertAlive();
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 0x80000000));
            assertLost(FLOW_CONTROL_ERROR);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 16383, 16777216, -1})
        void theFrameSizeHasItsBounds(int size) throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(5, size));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void unknownSettingsAreIgnored() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(0xff, 1)).assertAlive();
            assertServed(1);
        }

        @Test
        void ofASettingThatComesTwiceTheLastCounts() throws Exception {
            byte[] both = Arrays.copyOf(H2Frame.setting(4, 100), 12);
            System.arraycopy(H2Frame.setting(4, 1), 0, both, 6, 6);
            client.frame(H2Frame.SETTINGS, 0, 0, both);
            client.keepingWindows().get(1, "/");
            assertThat(client.await(H2Frame.DATA).payload()).hasSize(1);
        }
    }

    /** Section 6.6. */
    @Nested
    final class PushPromise extends H2Conformance {
        @Test
        void isNotForClients() throws Exception {
            open(1).frame(H2Frame.PUSH_PROMISE, H2Frame.END_HEADERS, 1, new byte[8]);
            assertLost(PROTOCOL_ERROR);
        }
    }

    /** Section 6.7. */
    @Nested
    final class Ping extends H2Conformance {
        @Test
        void isAnsweredWithItsContent() throws Exception {
            client.assertAlive();
        }

        @Test
        void anAnswerIsNotAnswered() throws Exception {
            client.frame(
                    H2Frame.PING,
                    H2Frame.ACK,
                    0,
                    (byte) 9,
                    (byte) 9,
                    (byte) 9,
                    (byte) 9,
                    (byte) 9,
                    (byte) 9,
                    (byte) 9,
                    (byte) 9);
            client.assertAlive();
        }

        @Test
        void onAStream() throws Exception {
            client.frame(H2Frame.PING, 0, 1, new byte[8]);
            assertLost(PROTOCOL_ERROR);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 6, 9})
        void ofAnotherSizeThanEight(int size) throws Exception {
            client.frame(H2Frame.PING, 0, 0, new byte[size]);
            assertLost(FRAME_SIZE_ERROR);
        }
    }

    /** Section 6.8. */
    @Nested
    final class GoAway extends H2Conformance {
        @Test
        void onAStream() throws Exception {
            client.frame(H2Frame.GOAWAY, 0, 1, new byte[8]);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void tooShort() throws Exception {
            client.frame(H2Frame.GOAWAY, 0, 0, new byte[7]);
            assertLost(FRAME_SIZE_ERROR);
        }

        @Test
        void withAnUnknownCodeAndMoreToSay() throws Exception {
            client.frame(
                    H2Frame.GOAWAY,
                    0,
                    0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 1,
                    (byte) 0,
                    (byte) 'x');
            client.assertAlive();
        }
    }

    /** Section 6.9. */
    @Nested
    final class WindowUpdate extends H2Conformance {
        @Test
        void ofZeroForTheConnection() throws Exception {
            client.openWindow(0, 0);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void ofZeroForAStream() throws Exception {
            open(1).openWindow(1, 0);
            assertReset(1, PROTOCOL_ERROR);
        }

        @Test
        void ofAnotherSizeThanFour() throws Exception {
            client.frame(H2Frame.WINDOW_UPDATE, 0, 0, new byte[3]);
            assertLost(FRAME_SIZE_ERROR);
        }

        @Test
        void onAStreamThatNobodyHasUsed() throws Exception {
            client.openWindow(1, 100);
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void onAClosedStreamIsIgnored() throws Exception {
            assertServed(1);
            client.openWindow(1, 100).assertAlive();
        }

        @Test
        void aWindowOfTheConnectionBeyondTheLargest() throws Exception {
            client.openWindow(0, Integer.MAX_VALUE);
            assertLost(FLOW_CONTROL_ERROR);
        }

        @Test
        void aWindowOfAStreamBeyondTheLargest() throws Exception {
            open(1).openWindow(1, Integer.MAX_VALUE);
            assertReset(1, FLOW_CONTROL_ERROR);
        }

        @Test
        void nothingIsSentBeyondTheWindowOfAStream() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 1)).keepingWindows();
            client.get(1, "/");
            assertThat(client.await(H2Frame.DATA).payload()).containsExactly('h');
            client.assertAlive().openWindow(1, 2);
            assertThat(client.await(H2Frame.DATA).payload()).containsExactly('e', 'l');
            client.openWindow(1, 100);
            H2Frame last = client.await(H2Frame.DATA);
            assertThat(last.payload()).containsExactly('l', 'o');
            assertThat(last.has(H2Frame.END_STREAM)).isTrue();
        }

        @Test
        void aSettingChangesTheWindowsOfOpenStreams() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 0)).keepingWindows();
            client.get(1, "/");
            client.await(H2Frame.HEADERS);
            client.assertAlive().frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 1));
            assertThat(client.await(H2Frame.DATA).payload()).containsExactly('h');
        }

        @Test
        void aWindowMayBecomeNegativeAndIsThenFilledUpFirst() throws Exception {
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 3)).keepingWindows();
            client.get(1, "/");
            assertThat(client.await(H2Frame.DATA).payload()).hasSize(3);
            client.frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 2));
            client.openWindow(1, 1).assertAlive().openWindow(1, 1);
            assertThat(client.await(H2Frame.DATA).payload()).containsExactly('l');
        }

        @Test
        void aSettingThatMakesAWindowTooLarge() throws Exception {
            open(1).openWindow(1, 0x7fffffff - 65535).frame(H2Frame.SETTINGS, 0, 0, H2Frame.setting(4, 65536));
            assertLost(FLOW_CONTROL_ERROR);
        }
    }

    /** Section 6.10. */
    @Nested
    final class Continuation extends H2Conformance {
        @Test
        void aBlockMayBeInManyFrames() throws Exception {
            byte[] block = get();
            client.frame(H2Frame.HEADERS, H2Frame.END_STREAM, 1, Arrays.copyOf(block, 2));
            for (int i = 2; i < block.length - 1; i += 4) {
                client.frame(
                        H2Frame.CONTINUATION, 0, 1, Arrays.copyOfRange(block, i, Math.min(i + 4, block.length - 1)));
            }
            client.frame(
                    H2Frame.CONTINUATION,
                    H2Frame.END_HEADERS,
                    1,
                    Arrays.copyOfRange(block, block.length - 1, block.length));
            assertThat(client.response(1).body()).isEqualTo("hello");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 3})
        void ofAnotherStream(int stream) throws Exception {
            client.frame(H2Frame.HEADERS, H2Frame.END_STREAM, 1, get());
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, stream, client.block("x: y"));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void afterTheEndOfABlock() throws Exception {
            open(1).frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, client.block("x: y"));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void afterAContinuationThatEndedIt() throws Exception {
            client.frame(H2Frame.HEADERS, 0, 1, get());
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, client.block("x: y"));
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, client.block("x: y"));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void afterData() throws Exception {
            open(1).data(1, "x", false).frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, client.block("x: y"));
            assertLost(PROTOCOL_ERROR);
        }

        @Test
        void withNothingBefore() throws Exception {
            client.frame(H2Frame.CONTINUATION, H2Frame.END_HEADERS, 1, get());
            assertLost(PROTOCOL_ERROR);
        }
    }
}
