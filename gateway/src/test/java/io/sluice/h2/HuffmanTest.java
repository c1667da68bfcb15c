package io.sluice.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7541 section 5.2 and appendix B, with Netty as the oracle. */
final class HuffmanTest {
    @Test
    void everyByteHasTheCodeThatNettyHas() throws Exception {
        for (int b = 0; b < 256; b++) {
            // eight of them: a whole number of bytes; and what is common before, as it is coded only where that is
            // shorter
            String text = "a".repeat(80) + Character.toString(b).repeat(8);
            byte[] coded = valueOf(new NettyHpack().encode(List.of("x: " + text)));
            assertThat(decode(coded)).as("byte %d", b).isEqualTo(NettyHpack.bytes(text));
            assertThat(encode(NettyHpack.bytes(text))).as("byte %d", b).isEqualTo(coded);
        }
    }

    @Test
    void whatIsEncodedIsDecodedAgain() {
        Random random = new Random(7541);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            assertThat(decode(encode(bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // "a" is 00011: padded with 0, with eight bits, and with more
                "18", "1fff", "1fffff",
                // the end-of-string symbol, alone and behind "0"
                "ffffffff", "07fffffff8", "fffffffc",
                // half a code
                "fe", "fff8"
            })
    void refusesWhatIsNoProperCode(String hex) {
        assertThat(decode(Decoding.hex(hex))).isNull();
    }

    private static byte @Nullable [] decode(byte[] coded) {
        byte[] out = new byte[Huffman.mostDecoded(coded.length)];
        int length = Huffman.decode(coded, 0, coded.length, out, 0);
        return length < 0 ? null : Arrays.copyOf(out, length);
    }

    private static byte[] encode(byte[] bytes) {
        byte[] out = new byte[Huffman.encodedLength(bytes, 0, bytes.length)];
        Huffman.encode(bytes, 0, bytes.length, out, 0);
        return out;
    }

    /** The coded value of a block that is one literal field with a name of one byte that is not coded. */
    private static byte[] valueOf(byte[] block) {
        int value = 3;
        assertThat(block[value] & 0x80).isEqualTo(0x80);
        int at = value + ((block[value] & 0x7f) == 0x7f ? 2 : 1);
        return Arrays.copyOfRange(block, at, block.length);
    }
}
