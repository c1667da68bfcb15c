package io.sluice.h2;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.FieldSection.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no field block (RFC 7541): the connection is lost by it. */
final class HpackDecoderTest {
    private final Decoding decoding = new Decoding();

    @ParameterizedTest
    @ValueSource(
            strings = {
                // section 6.1: index 0; 2.3.3: beyond the static table with nothing behind it, and far beyond
                "80",
                "be",
                "ff80808004",
                // 6.2: a name that is not there
                "7e0161",
                "0f2f0161",
                // 5.1: a number that is cut off, and one that is too large
                "ff",
                "ffff",
                "7fffffffff0f",
                "ffffffffff7f",
                // 5.2: a string that is cut off, or coded wrongly
                "40",
                "4001",
                "400161",
                "40016103",
                "4001610361",
                "400161841fffffff",
                // 4.2: an update behind a field, the third one; 6.3: a larger table than allowed
                "8220",
                "202020",
                "3fe21f",
                "3f"
            })
    void isRefused(String hex) {
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex(hex))).isFalse();
    }

    @Test
    void anUpdateEmptiesTheTable() {
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex("400161 0162")))
                .isTrue();
        assertThat(decoding.tableLines()).hasSize(1);
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex("20 3fe11f")))
                .isTrue();
        assertThat(decoding.table.max()).isEqualTo(4096);
        assertThat(decoding.tableLines()).isEmpty();
    }

    @Test
    void anEntryThatDoesNotFitEmptiesTheTableAndIsAField() {
        decoding.table.max(64);
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex("400161 0162")))
                .isTrue();
        String large = "40 01 63 22 " + "64".repeat(0x22);
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex(large))).isTrue();
        assertThat(decoding.lines()).containsExactly("c: " + "d".repeat(0x22));
        assertThat(decoding.tableLines()).isEmpty();
    }

    @Test
    void anEntryMayBeNamedByTheOneThatItDrivesOut() {
        decoding.table.max(64);
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex("40 03 616263 0162")))
                .isTrue();
        assertThat(decoding.decode(Kind.REQUEST_TRAILERS, Decoding.hex("7e 1d " + "65".repeat(0x1d))))
                .isTrue();
        assertThat(decoding.tableLines()).containsExactly("abc: " + "e".repeat(0x1d));
    }
}
