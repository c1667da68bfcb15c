package io.sluice.http;

import static io.sluice.http.Messages.get;
import static io.sluice.http.Messages.ok;
import static io.sluice.http.Messages.refusedRequest;
import static io.sluice.http.Messages.request;
import static io.sluice.http.Messages.response;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {

    // ---- keep-alive

    @Test
    void keepsVersionOneOneOpen() {
        assertThat(request(get("")).keepsAlive()).isTrue();
        assertThat(response(ok("Content-Length: 0\r\n")).keepsAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "Close", "keep-alive, close", "x, CLOSE", "close,", ", ,close"})
    void closesWhenConnectionSaysSo(String value) {
        assertThat(request(get("Connection: " + value + "\r\n")).keepsAlive()).isFalse();
        assertThat(response(ok("Content-Length: 0\r\nConnection: " + value + "\r\n"))
                        .keepsAlive())
                .isFalse();
    }

    @Test
    void readsSeveralConnectionFields() {
        assertThat(request(get("Connection: keep-alive\r\nX: 1\r\nconnection: close\r\n"))
                        .keepsAlive())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"closed", "x-close", "clos e", "\"close\"", ""})
    void takesNothingElseForClose(String value) {
        assertThat(request(get("Connection: " + value + "\r\n")).keepsAlive()).isTrue();
    }

    @Test
    void closesVersionOneZeroUnlessAsked() {
        assertThat(request("GET / HTTP/1.0\r\n\r\n").keepsAlive()).isFalse();
        assertThat(request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keepsAlive())
                .isTrue();
        assertThat(request("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n")
                        .keepsAlive())
                .isFalse();
    }

    @Test
    void rejectsMoreOptionsThanAnybodyHasAUseFor() {
        assertThat(request(get("Connection: " + "a, ".repeat(31) + "a\r\n")).keepsAlive())
                .isTrue();
        assertThat(refusedRequest(get("Connection: " + "a, ".repeat(32) + "a\r\n")))
                .isEqualTo(Failure.REQUEST_FIELD);
    }

    // ---- upgrade

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "WebSocket", "foo/1.0"})
    void knowsAnUpgrade(String protocol) {
        assertThat(request(get("Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n"))
                        .upgrades())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h2c",
                "H2C",
                "h2c, websocket",
                "websocket, h2c",
                "HTTP/2.0",
                "HTTP/3",
                "TLS/1.0",
                "",
                "a b",
                "a/",
                "/1",
                "a/b/c",
                "websocket;",
            })
    void takesOtherProtocolsForNoUpgrade(String protocol) {
        assertThat(request(get("Connection: Upgrade\r\nUpgrade: " + protocol + "\r\n"))
                        .upgrades())
                .isFalse();
    }

    @Test
    void upgradesOnlyIfConnectionNamesIt() {
        assertThat(request(get("Upgrade: websocket\r\n")).upgrades()).isFalse();
        assertThat(request(get("Connection: upgrade\r\n")).upgrades()).isFalse();
    }

    @Test
    void doesNotUpgradeTwice() {
        assertThat(request(get("Connection: upgrade\r\nUpgrade: a\r\nUpgrade: b\r\n"))
                        .upgrades())
                .isFalse();
    }

    @Test
    void doesNotUpgradeVersionOneZero() {
        assertThat(request("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")
                        .upgrades())
                .isFalse();
    }

    // ---- hop by hop

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: keep-alive",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eA==",
                "Proxy-Authenticate: Basic",
                "HTTP2-Settings: AAMAAABk",
                "Upgrade: h2c",
                "TE: gzip",
                "TE: trailers, gzip",
            })
    void dropsHopByHopFields(String line) {
        Head head = request(get(line + "\r\nX: 1\r\n"));
        head.dropHopByHop();
        assertThat(head.dropped(1)).isTrue();
        assertThat(head.dropped(0)).isFalse();
        assertThat(head.dropped(2)).isFalse();
    }

    @Test
    void dropsWhatConnectionNames() {
        Head head = request(
                get("X-Secret: 1\r\nConnection: x-secret , Cookie\r\ncookie: a\r\nX-SECRET: 2\r\nX-Secrets: 3\r\n"));
        head.dropHopByHop();
        assertThat(head.find("x-secret", 0)).isEqualTo(-1);
        assertThat(head.find(Name.COOKIE, 0)).isEqualTo(-1);
        assertThat(head.find("x-secrets", 0)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: 1.1 a",
                "Forwarded: for=1.2.3.4",
                "X-Forwarded-For: 1.2.3.4",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: b",
                "X-Real-IP: 1.2.3.4",
                "X-Request-Id: 1",
                "Max-Forwards: 0",
                "Content-Length: 5",
                "Expect: 100-continue",
            })
    void keepsWhatTheGatewayAnswersForEvenIfConnectionNamesIt(String line) {
        String name = line.substring(0, line.indexOf(':'));
        Head head = request(get("Connection: Host, " + name + "\r\n" + line + "\r\n"));
        head.dropHopByHop();
        assertThat(head.dropped(0)).isFalse();
        assertThat(head.dropped(2)).isFalse();
    }

    @Test
    void keepsTrailersInTe() {
        Head head = request(get("Connection: TE\r\nTE: Trailers\r\n"));
        head.dropHopByHop();
        assertThat(head.find(Name.TE, 0)).isEqualTo(2);
    }

    @Test
    void keepsUpgradeOfAnUpgrade() {
        Head head = request(get("Connection: upgrade\r\nUpgrade: websocket\r\n"));
        head.dropHopByHop();
        assertThat(head.find(Name.UPGRADE, 0)).isEqualTo(2);
        assertThat(head.find(Name.CONNECTION, 0)).isEqualTo(-1);
    }
}
