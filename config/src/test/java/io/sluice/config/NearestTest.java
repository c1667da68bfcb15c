package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "a, '', 1",
        "abc, abc, 0",
        "abc, abd, 1",
        "abc, ac, 1",
        "abc, abxc, 1",
        "abc, acb, 1",
        "abcd, badc, 2",
        "kitten, sitting, 3",
    })
    void countsEdits(String a, String b, int distance) {
        assertThat(Nearest.distance(a, b, 9)).isEqualTo(distance);
        assertThat(Nearest.distance(b, a, distance)).isEqualTo(distance);
    }

    @Test
    void stopsCountingWhereItIsTooFar() {
        assertThat(Nearest.distance("kitten", "sitting", 2)).isGreaterThan(2);
        assertThat(Nearest.distance("abcdefgh", "hgfedcba", 1)).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, timeouts",
        "TIMEOUTS, timeouts",
        "limit, limits",
        "lmits, limits",
        "ilmits, limits",
        "xyz, ",
        "'', ",
        "t, ",
    })
    void findsTheNearestWord(String word, String expected) {
        assertThat(Nearest.to(word, List.of("bind", "timeouts", "limits"))).isEqualTo(expected);
    }

    @Test
    void prefersTheNearestThenTheFirst() {
        assertThat(Nearest.to("abcd", List.of("abxx", "abcx", "xbcd"))).isEqualTo("abcx");
    }
}
