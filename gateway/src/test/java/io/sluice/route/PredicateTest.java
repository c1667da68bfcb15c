package io.sluice.route;

import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.ValuePattern;
import io.sluice.http.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PredicateTest {

    @Test
    void comparesMethodsAsTheyAre() {
        Rows row = route("r").method("GET", "PURGE");

        assertThat(takes(row, Requests.request("GET", "http://h/"))).isTrue();
        assertThat(takes(row, Requests.request("PURGE", "http://h/"))).isTrue();
        assertThat(takes(row, Requests.request("HEAD", "http://h/"))).isFalse();
        assertThat(takes(row, Requests.request("Get", "http://h/"))).isFalse();
    }

    @Test
    void comparesHeaderNamesWithoutCaseAndValuesWithIt() {
        Rows row = route("r").header("x-beta", "On");

        assertThat(takes(row, Requests.get("http://h/", "X-BETA: On"))).isTrue();
        assertThat(takes(row, Requests.get("http://h/", "x-beta:   On  "))).isTrue();
        assertThat(takes(row, Requests.get("http://h/", "x-beta: on"))).isFalse();
        assertThat(takes(row, Requests.get("http://h/", "x-beta: On, Off"))).isFalse();
        assertThat(takes(row, Requests.get("http://h/"))).isFalse();
    }

    @Test
    void takesAnyFieldOfSeveral() {
        Rows row = route("r").header("x-beta", "1");

        assertThat(takes(row, Requests.get("http://h/", "x-beta: 0", "X-Beta: 1")))
                .isTrue();
        assertThat(takes(row, Requests.get("http://h/", "x-beta: 0", "x-beta: 2")))
                .isFalse();
    }

    @Test
    void matchesFieldsThatTheGatewayKnows() {
        Rows row = route("r").header("user-agent", new ValuePattern.Prefix("curl/"));

        assertThat(takes(row, Requests.get("http://h/", "User-Agent: curl/8.5")))
                .isTrue();
        assertThat(takes(row, Requests.get("http://h/", "User-Agent: wget"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"abc, true", "abcd, true", "ab, false", "xabc, false"})
    void matchesAPrefixOfAValue(String value, boolean matches) {
        Rows row = route("r").header("x", new ValuePattern.Prefix("abc"));

        assertThat(takes(row, Requests.get("http://h/", "x: " + value))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"v12, true", "v, false", "v12x, false", "xv12, false"})
    void matchesAnExpressionOverTheWholeValue(String value, boolean matches) {
        Rows row = route("r").header("x", new ValuePattern.Regex("v[0-9]+"));

        assertThat(takes(row, Requests.get("http://h/", "x: " + value))).isEqualTo(matches);
    }

    @Test
    void tellsPresentFromAbsent() {
        Rows present = route("r").header("x", new ValuePattern.Present());
        Rows absent = route("r").header("x", new ValuePattern.Absent());

        assertThat(takes(present, Requests.get("http://h/", "x:"))).isTrue();
        assertThat(takes(present, Requests.get("http://h/", "y: 1"))).isFalse();
        assertThat(takes(absent, Requests.get("http://h/", "y: 1"))).isTrue();
        assertThat(takes(absent, Requests.get("http://h/", "x:"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "q=a%20b,        true",
        "q=a+b,          true",
        "x=1&q=a%20b&y,  true",
        "q=x&q=a+b,      true",
        "%71=a+b,        true",
        "q=a%2Bb,        false",
        "q=a,            false",
        "Q=a+b,          false",
        "x=q=a+b,        false",
        "q,              false",
        "'',             false",
        "&&=&q=a+b,      true",
    })
    void comparesQueryParametersDecoded(String query, boolean matches) {
        Rows row = route("r").query("q", "a b");

        assertThat(takes(row, Requests.get("http://h/?" + query))).isEqualTo(matches);
    }

    @Test
    void tellsPresentParametersFromAbsentOnes() {
        Rows present = route("r").query("q", new ValuePattern.Present());
        Rows absent = route("r").query("q", new ValuePattern.Absent());

        assertThat(takes(present, Requests.get("http://h/?a&q"))).isTrue();
        assertThat(takes(present, Requests.get("http://h/"))).isFalse();
        assertThat(takes(absent, Requests.get("http://h/"))).isTrue();
        assertThat(takes(absent, Requests.get("http://h/?q="))).isFalse();
    }

    @Test
    void comparesParametersBeyondAscii() {
        assertThat(takes(route("r").query("stra\u00dfe", "\u20ac"), Requests.get("http://h/?stra%C3%9Fe=%E2%82%AC")))
                .isTrue();
    }

    @Test
    void takesAMalformedEscapeOfAQueryForItself() {
        assertThat(takes(route("r").query("q", "100%"), Requests.get("http://h/?q=100%")))
                .isTrue();
    }

    @Test
    void matchesTheNetworkOfTheClient() {
        RouteTable table = table(route("r").client("10.0.0.0", 8).client("2001:db8::", 32));
        Head head = Requests.get("http://h/");

        assertThat(table.find(head, Requests.address("10.1.2.3"))).isNotNull();
        assertThat(table.find(head, Requests.address("2001:db8::1"))).isNotNull();
        assertThat(table.find(head, Requests.address("11.1.2.3"))).isNull();
        assertThat(table.find(head, Requests.address("::ffff:10.1.2.3"))).isNotNull();
    }

    @Test
    void wantsAllPredicates() {
        Rows row = route("r").method("GET").header("x", "1").query("q", "1");

        assertThat(takes(row, Requests.get("http://h/?q=1", "x: 1"))).isTrue();
        assertThat(takes(row, Requests.get("http://h/?q=1"))).isFalse();
        assertThat(takes(row, Requests.get("http://h/", "x: 1"))).isFalse();
    }

    private static boolean takes(Rows row, Head head) {
        return table(row).find(head, Requests.CLIENT) != null;
    }
}
