package io.sluice.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** For any bytes: nothing is thrown, cuts do not matter, and Netty agrees with whatever is accepted ({@link ProxyHeaders}). */
class ProxyHeaderFuzzTest {

    @FuzzTest(maxDuration = "20s")
    void headers(byte[] bytes) {
        ProxyHeaders.check(bytes);
    }
}
