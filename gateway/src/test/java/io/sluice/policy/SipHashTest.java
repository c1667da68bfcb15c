package io.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SipHashTest {
    private static final long K0 = 0x0706_0504_0302_0100L;
    private static final long K1 = 0x0F0E_0D0C_0B0A_0908L;

    /** The bytes 0, 1, 2 and so on. */
    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    /** Of the vectors of the authors of SipHash. */
    @ParameterizedTest
    @CsvSource({"0, 726fdb47dd0e0e31", "1, 74f839c593dc67fd", "15, a129ca6149be45e5"})
    void isThatOfItsAuthors(int length, String expected) {
        assertThat(Long.toHexString(new SipHash(K0, K1).hash(counting(length), 0, length)))
                .isEqualTo(expected);
    }

    @Test
    void isOfThePartThatIsMeant() {
        SipHash hash = new SipHash(K0, K1);
        byte[] longer = new byte[40];
        System.arraycopy(counting(15), 0, longer, 7, 15);

        assertThat(hash.hash(longer, 7, 22)).isEqualTo(hash.hash(counting(15), 0, 15));
    }

    @Test
    void differsFromProcessToProcess() {
        assertThat(SipHash.random().hash(counting(8), 0, 8))
                .isNotEqualTo(SipHash.random().hash(counting(8), 0, 8));
    }
}
