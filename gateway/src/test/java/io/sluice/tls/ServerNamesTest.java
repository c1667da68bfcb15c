package io.sluice.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerNamesTest {
    private final ServerNames<String> names = new ServerNames<>("first");

    ServerNamesTest() {
        names.add(List.of("www.example.com", "example.com"), "exact");
        names.add(List.of("*.example.com"), "wildcard");
        names.add(List.of("www.example.com", "*.example.com"), "late");
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.com, exact",
        "www.example.com., exact",
        "example.com, exact",
        "api.example.com, wildcard",
        "a.b.example.com, first",
        ".example.com, first",
        "example.org, first",
        "com, first",
        "'', first"
    })
    void findsTheExactNameThenTheWildcardOfOneLabel(String name, String found) {
        assertThat(names.find(name)).isEqualTo(found);
    }

    @Test
    void findsTheFirstForThoseWhoAskForNone() {
        assertThat(names.find(null)).isEqualTo("first");
    }
}
