package io.sluice.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.sluice.http.FieldSection.Kind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** For any bytes: nothing is thrown, and Netty agrees with whatever is accepted. {@code ./fuzz 20 HpackFuzz} searches. */
final class HpackFuzzTest {
    private static final int BLOCKS = 50_000;

    @FuzzTest(maxDuration = "20s")
    void blocks(byte[] bytes) {
        check(bytes);
    }

    @Test
    void randomBlocks() {
        Random random = new Random(7541);
        int accepted = 0;
        for (int i = 0; i < BLOCKS; i++) {
            byte[] bytes = new byte[1 + random.nextInt(12)];
            random.nextBytes(bytes);
            bytes[0] = (byte) (0x40 | (random.nextInt(8) == 0 ? bytes[0] : random.nextInt(61)));
            if (bytes.length > 1) {
                bytes[1] = (byte) (bytes[1] & (random.nextBoolean() ? 0x87 : 0x07));
            }
            accepted += check(bytes) ? 1 : 0;
        }
        assertThat(accepted).isGreaterThan(BLOCKS / 100);
    }

    private static boolean check(byte[] bytes) {
        Decoding decoding = new Decoding();
        boolean right = decoding.decode(Kind.RESPONSE_TRAILERS, bytes);
        if (right) {
            List<String> netty = new NettyHpack().decode(bytes);
            assertThat(netty).isNotNull();
            if (decoding.refusal == null) {
                // trailers leave out what may not stand there
                assertThat(netty).containsAll(decoding.lines());
            }
        }
        return right;
    }
}
