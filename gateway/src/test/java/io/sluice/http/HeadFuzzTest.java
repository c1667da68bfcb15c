package io.sluice.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * For any bytes: nothing is thrown, nothing behind the end is taken, cuts do not matter, what is written is read as the
 * same again, and Netty agrees with whatever is accepted ({@link Agreement}).
 *
 * <p>An ordinary test run takes the stored inputs only; {@code ./fuzz 20 HeadFuzz} searches for 20 seconds each.
 */
class HeadFuzzTest {
    private static final byte[] CHUNKED = Head.ascii("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

    @FuzzTest(maxDuration = "20s")
    void requests(byte[] bytes) {
        Agreement.check(true, bytes);
    }

    @FuzzTest(maxDuration = "20s")
    void responses(byte[] bytes) {
        Agreement.check(false, bytes);
    }

    @FuzzTest(maxDuration = "20s")
    void chunks(byte[] bytes) {
        byte[] message = Arrays.copyOf(CHUNKED, CHUNKED.length + bytes.length);
        System.arraycopy(bytes, 0, message, CHUNKED.length, bytes.length);
        Agreement.check(true, message);
    }
}
