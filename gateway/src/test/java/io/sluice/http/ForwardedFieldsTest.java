package io.sluice.http;

import static io.sluice.http.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.Network;
import io.sluice.config.Tracing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedFieldsTest {
    private static final ForwardedFields STRICT = new ForwardedFields(List.of(), Tracing.PASSED);
    private static final ForwardedFields TRUSTING =
            new ForwardedFields(List.of(network("10.0.0.0", 8), network("fd00::", 8)), Tracing.PASSED);
    private static final Peer STRANGER = peer("203.0.113.7");
    private static final Peer PROXY = peer("10.0.0.1");

    // ---- strangers

    @Test
    void saysWhereARequestComesFrom() {
        Head head = applied(STRICT, STRANGER, "");
        assertThat(head.first(Name.X_FORWARDED_FOR)).isEqualTo("203.0.113.7");
        assertThat(head.first(Name.X_FORWARDED_PROTO)).isEqualTo("http");
        assertThat(head.first(Name.X_FORWARDED_HOST)).isEqualTo("a.example:81");
        assertThat(head.first(Name.FORWARDED)).isEqualTo("for=203.0.113.7;proto=http;host=\"a.example:81\"");
        assertThat(head.first(Name.VIA)).isEqualTo("1.1 sluice");
        assertThat(head.first(Name.X_REQUEST_ID)).matches("[0-9a-f]{32}");
    }

    @Test
    void quotesIpv6InForwardedOnly() {
        Peer peer = Peer.of(new InetSocketAddress(address("2001:db8:0:0:0:0:0:7"), 1), true);
        Head head = applied(STRICT, peer, "");
        assertThat(head.first(Name.X_FORWARDED_FOR)).isEqualTo("2001:db8::7");
        assertThat(head.first(Name.FORWARDED)).startsWith("for=\"[2001:db8::7]\";proto=https;");
        assertThat(head.first(Name.X_FORWARDED_PROTO)).isEqualTo("https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 1.1.1.1",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil",
                "X-Forwarded-Port: 99",
                "X-Forwarded-Prefix: /evil",
                "X-FORWARDED-A-VERY-LONG-NAME-INDEED: evil",
                "X_Forwarded-Ssl: evil",
                "X-Real-IP: 1.1.1.1",
                "Forwarded: for=1.1.1.1",
                "X-Request-Id: evil",
                "X_Forwarded_For: 1.1.1.1",
                "x-forwarded_host: evil",
                "X_Real-IP: 1.1.1.1",
            })
    void dropsWhatStrangersClaim(String line) {
        Head head = applied(STRICT, STRANGER, line + "\r\n" + line + "\r\n");
        assertThat(head.dropped(1)).isTrue();
        assertThat(head.dropped(2)).isTrue();
        assertThat(Shown.fields(head)).doesNotContain("evil").doesNotContain("1.1.1.1");
    }

    @Test
    void keepsOtherFieldsWithUnderscores() {
        assertThat(applied(STRICT, STRANGER, "my_field: 1\r\n").dropped(1)).isFalse();
    }

    @Test
    void leavesHostOutWhereThereIsNone() {
        Head head = request("GET / HTTP/1.0\r\n\r\n");
        STRICT.apply(head, STRANGER, new RequestIds());
        assertThat(head.find(Name.X_FORWARDED_HOST, 0)).isEqualTo(-1);
        assertThat(head.first(Name.FORWARDED)).isEqualTo("for=203.0.113.7;proto=http");
        assertThat(head.first(Name.VIA)).isEqualTo("1.0 sluice");
    }

    // ---- trusted peers

    @Test
    void continuesTheListsOfATrustedPeerInOneLine() {
        Head head = applied(
                TRUSTING,
                PROXY,
                "X-Forwarded-For: 1.1.1.1, 2.2.2.2\r\nX-Forwarded-For:\r\nX-Forwarded-For: 3.3.3.3\r\nForwarded: for=1.1.1.1\r\n");
        assertThat(head.first(Name.X_FORWARDED_FOR)).isEqualTo("1.1.1.1, 2.2.2.2, 3.3.3.3, 10.0.0.1");
        assertThat(head.find(Name.X_FORWARDED_FOR, head.find(Name.X_FORWARDED_FOR, 0) + 1))
                .isEqualTo(-1);
        assertThat(head.first(Name.FORWARDED)).isEqualTo("for=1.1.1.1, for=10.0.0.1;proto=http;host=\"a.example:81\"");
    }

    @Test
    void keepsWhatElseATrustedPeerSays() {
        String lines = String.join(
                "\r\n",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: b",
                "X-Forwarded-Port: 443",
                "X-Real-IP: 1.1.1.1",
                "X-Request-Id: abc-1",
                "");
        Head head = applied(TRUSTING, PROXY, lines);
        assertThat(head.first(Name.X_FORWARDED_PROTO)).isEqualTo("https");
        assertThat(head.first(Name.X_FORWARDED_HOST)).isEqualTo("b");
        assertThat(head.first(Name.X_FORWARDED_PORT)).isEqualTo("443");
        assertThat(head.first(Name.X_REAL_IP)).isEqualTo("1.1.1.1");
        assertThat(head.first(Name.X_REQUEST_ID)).isEqualTo("abc-1");
        assertThat(head.find(Name.X_REQUEST_ID, head.find(Name.X_REQUEST_ID, 0) + 1))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "\u00e9", "a\tb"})
    void replacesARequestIdThatIsNotPlain(String id) {
        assertThat(applied(TRUSTING, PROXY, "X-Request-Id: " + id + "\r\n").first(Name.X_REQUEST_ID))
                .matches("[0-9a-f]{32}");
    }

    @Test
    void replacesARequestIdThatIsLongOrDouble() {
        String longest = "i".repeat(128);
        assertThat(applied(TRUSTING, PROXY, "X-Request-Id: " + longest + "\r\n").first(Name.X_REQUEST_ID))
                .isEqualTo(longest);
        assertThat(applied(TRUSTING, PROXY, "X-Request-Id: " + longest + "i\r\n")
                        .first(Name.X_REQUEST_ID))
                .matches("[0-9a-f]{32}");
        assertThat(applied(TRUSTING, PROXY, "X-Request-Id: a\r\nX-Request-Id: b\r\n")
                        .first(Name.X_REQUEST_ID))
                .matches("[0-9a-f]{32}");
    }

    @Test
    void believesNoPeerOutsideTheNetworks() {
        assertThat(applied(TRUSTING, STRANGER, "X-Forwarded-For: 1.1.1.1\r\n").first(Name.X_FORWARDED_FOR))
                .isEqualTo("203.0.113.7");
    }

    @Test
    void asksAnewWhenTheNetworksChange() {
        Peer peer = peer("10.0.0.9");
        assertThat(applied(TRUSTING, peer, "X-Real-IP: 1.1.1.1\r\n").first(Name.X_REAL_IP))
                .isEqualTo("1.1.1.1");
        assertThat(applied(STRICT, peer, "X-Real-IP: 1.1.1.1\r\n").first(Name.X_REAL_IP))
                .isNull();
    }

    // ---- the client's address

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.1.1.1                       | 1.1.1.1",
                "9.9.9.9, 1.1.1.1              | 1.1.1.1",
                "9.9.9.9, 1.1.1.1, 10.0.0.2    | 1.1.1.1",
                "10.0.0.3, 10.0.0.2            | 10.0.0.3",
                "1.1.1.1:4711                  | 1.1.1.1",
                "2001:db8::1, 10.1.1.1         | 2001:db8::1",
                "[2001:db8::1]:443             | 2001:db8::1",
                "[2001:db8::1]                 | 2001:db8::1",
                "1.1.1.1, fd00::5              | 1.1.1.1",
                "1.1.1.1, unknown, 10.0.0.2    | 10.0.0.2",
                "1.1.1.1, unknown              | 10.0.0.1",
                "1.1.1.1, example.com          | 10.0.0.1",
                "1.1.1.1,                      | 10.0.0.1",
                "''                            | 10.0.0.1",
            })
    void findsTheClientBehindTrustedPeers(String list, String client) {
        Head head = request("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + list + "\r\n\r\n");
        assertThat(TRUSTING.client(head, PROXY)).isEqualTo(address(client));
        TRUSTING.apply(head, PROXY, new RequestIds());
        if (!list.isEmpty()) {
            assertThat(TRUSTING.client(head, PROXY)).isEqualTo(address(client));
        }
    }

    @Test
    void readsSeveralFieldsFromTheLastOn() {
        Head head = request(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 1.1.1.1, 10.0.0.7\r\n\r\n");
        assertThat(TRUSTING.client(head, PROXY)).isEqualTo(address("1.1.1.1"));
    }

    @Test
    void takesAStrangerForTheClientWhateverItSays() {
        Head head = request("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1\r\n\r\n");
        assertThat(TRUSTING.client(head, STRANGER)).isEqualTo(STRANGER.address());
    }

    // ---- Via

    @Test
    void appendsToVia() {
        Head head = applied(STRICT, STRANGER, "Via: 1.0 fred, 1.1 p.example.net\r\n");
        int first = head.find(Name.VIA, 0);
        assertThat(head.value(first)).isEqualTo("1.0 fred, 1.1 p.example.net");
        assertThat(head.value(head.find(Name.VIA, first + 1))).isEqualTo("1.1 sluice");
    }

    @Test
    void endsLoops() {
        String nine = "Via: 1.1 sluice, 1.0 Sluice\r\n" + "Via: 1.1 fred, 1.1 sluice\r\n".repeat(7);
        assertThat(failure(nine + "Via: 1.1 sluices, 1.1 xsluice, sluice\r\n")).isNull();
        assertThat(failure(nine + "Via: HTTP/1.1 sluice \r\n")).isEqualTo(Failure.REQUEST_LOOP);
    }

    private static Failure failure(String lines) {
        return STRICT.apply(request("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n"), STRANGER, new RequestIds());
    }

    private static Head applied(ForwardedFields fields, Peer peer, String lines) {
        Head head = request("GET /a_b HTTP/1.1\r\nHost: a.example:81\r\n" + lines + "\r\n");
        head.dropHopByHop();
        assertThat(fields.apply(head, peer, new RequestIds())).isNull();
        return head;
    }

    private static Peer peer(String address) {
        return Peer.of(new InetSocketAddress(address(address), 40000), false);
    }

    private static Network network(String address, int prefix) {
        return new Network(address(address), prefix);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
