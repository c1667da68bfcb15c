package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.load;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.UpstreamConfig.Balance;
import io.sluice.config.UpstreamConfig.Connections;
import io.sluice.config.UpstreamConfig.Endpoint;
import io.sluice.config.UpstreamConfig.Protocol;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamReaderTest {
    private static UpstreamConfig upstream(String flow) {
        return load(LISTENER + "upstreams: { app: " + flow + " }").upstreams().get("app");
    }

    private static Connections connections(String flow) {
        return upstream("{ endpoints: ['a:1'], connections: " + flow + " }").connections();
    }

    @Test
    void fillsInDefaults() {
        assertThat(upstream("{ endpoints: ['10.0.0.1:80'] }"))
                .isEqualTo(new UpstreamConfig(
                        "app",
                        List.of(new Endpoint(new HostPort("10.0.0.1", 80), 1)),
                        new Connections(
                                64,
                                10_000,
                                Duration.ofSeconds(2),
                                16,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(60),
                                Duration.ZERO,
                                0),
                        Protocol.HTTP1,
                        Balance.LEAST_REQUEST));
    }

    @Test
    void readsEveryKeyOfConnections() {
        String text = "{ max: 8, queue: 0, queueTimeout: 1s, connecting: 2, connectTimeout: 3s, idle: 4s, maxAge: 5s,"
                + " maxRequests: 6 }";

        assertThat(connections(text))
                .isEqualTo(new Connections(
                        8,
                        0,
                        Duration.ofSeconds(1),
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        6));
    }

    @ParameterizedTest
    @CsvSource({"http1, HTTP1", "h2, H2", "auto, AUTO"})
    void readsProtocols(String word, Protocol protocol) {
        assertThat(upstream("{ endpoints: ['a:1'], protocol: " + word + " }").protocol())
                .isEqualTo(protocol);
    }

    @Test
    void readsHowConnectionsOfHttp2AreShared() {
        assertThat(connections("{ max: 1 }").streams()).isEqualTo(100);
        assertThat(connections("{ max: 1 }").ping()).isEqualTo(Duration.ofSeconds(15));
        assertThat(connections("{ streams: 7, ping: 3s }").streams()).isEqualTo(7);
        assertThat(connections("{ streams: 7, ping: 3s }").ping()).isEqualTo(Duration.ofSeconds(3));
        assertThat(connections("{ ping: none }").ping()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "16, 16", "17, 16", "65535, 16"})
    void opensAsManyConnectionsAtOnceAsThereMayBeButSixteen(int max, int connecting) {
        assertThat(connections("{ max: " + max + " }").connecting()).isEqualTo(connecting);
    }

    @ParameterizedTest
    @CsvSource({"none", "off"})
    void readsAbsentLimits(String word) {
        Connections connections = connections("{ maxAge: " + word + ", maxRequests: " + word + " }");

        assertThat(connections.maxAge()).isZero();
        assertThat(connections.maxRequests()).isZero();
    }

    @Test
    void readsEndpointsWithAndWithoutWeight() {
        assertThat(upstream("{ endpoints: ['a:1', { address: '[::1]:2', weight: 1000 }, { address: 'svc.ns.:3' }] }")
                        .endpoints())
                .containsExactly(
                        new Endpoint(new HostPort("a", 1), 1),
                        new Endpoint(new HostPort("::1", 2), 1000),
                        new Endpoint(new HostPort("svc.ns.", 3), 1));
    }

    @Test
    void readsServicesAndUnixSockets() {
        assertThat(upstream("{ endpoints: [{ srv: _http._tcp.Orders.internal }, 'unix:/run/app.sock',"
                                + " { address: 'unix:/b', weight: 3 }] }")
                        .endpoints())
                .containsExactly(
                        new Endpoint(new SrvName("_http._tcp.orders.internal"), 1),
                        new Endpoint(new UnixPath("/run/app.sock"), 1),
                        new Endpoint(new UnixPath("/b"), 3));
    }

    @ParameterizedTest
    @CsvSource({"leastRequest, LEAST_REQUEST", "roundRobin, ROUND_ROBIN", "random, RANDOM"})
    void readsBalances(String word, Balance balance) {
        assertThat(upstream("{ endpoints: ['a:1'], protocol: http1, balance: " + word + " }")
                        .balance())
                .isEqualTo(balance);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            max: §0               | max: 0 (expected: 1..65535)
            streams: §0           | streams: 0 (expected: 1..10000)
            ping: §often          | ping: often (expected: a duration such as 250ms, 10s, 5m, 1h, or none)
            max: §65536           | max: 65536 (expected: 1..65535)
            max: §99999999999999999999 | max: 99999999999999999999 (expected: a whole number, 1..65535)
            max: §none            | max: none (expected: a whole number, 1..65535)
            queue: §-1            | queue: -1 (expected: 0..1000000)
            queueTimeout: §none   | queueTimeout: none (expected: a duration such as 250ms, 10s, 5m, 1h)
            connecting: §65       | connecting: 65 (expected: 1..64)
            connectTimeout: §0ms  | connectTimeout: 0ms (expected: > 0)
            idle: §1 s            | idle: "1 s" (expected: a duration such as 250ms, 10s, 5m, 1h)
            maxAge: §0s           | maxAge: 0s (expected: > 0, or none)
            maxAge: §8761h        | maxAge: 8761h (expected: at most 8760h, a year, or none)
            maxRequests: §0       | maxRequests: 0 (expected: 1..2147483647, or none)
            """)
    void tellsWhatIsWrongInConnections(String entry, String message) {
        assertProblems(
                LISTENER + "upstreams: { app: { endpoints: ['a:1'], connections: { " + entry + " } } }",
                "upstreams.app.connections." + message);
    }

    @Test
    void judgesConnectingByTheGivenMaxOnly() {
        assertProblems(
                LISTENER + "upstreams: { app: { endpoints: ['a:1'], connections: { max: §0, connecting: 99 } } }",
                "upstreams.app.connections.max: 0 (expected: 1..65535)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            §'a'                                | endpoints[0]: a (expected: host:port) (the port is missing)
            §':80'                              | endpoints[0]: :80 (expected: host:port)
            §'80'                               | endpoints[0]: 80 (expected: host:port) (did you mean 127.0.0.1:80?)
            §'a:0'                              | endpoints[0]: a:0 (expected: a port, 1..65535)
            §'*:80'                             | endpoints[0]: *:80 (expected: host:port)
            §['a:1']                            | endpoints[0]: a list (expected: host:port)
            §{ weight: 1 }                      | endpoints[0].address: missing (expected: host:port)
            { address: 'a:1', weight: §0 }      | endpoints[0].weight: 0 (expected: 1..1000)
            { address: 'a:1', weight: §1001 }   | endpoints[0].weight: 1001 (expected: 1..1000)
            { address: 'a:1', §wieght: 1 }      | endpoints[0]: unknown key "wieght" (did you mean "weight"?)
            §'unix:app.sock'                    | endpoints[0]: unix:app.sock (expected: unix: and an absolute path, such as unix:/run/app.sock)
            { srv: §'_http._tcp.a:80' }         | endpoints[0].srv: _http._tcp.a:80 (expected: the name of a service, such as _http._tcp.orders.internal) (the records tell the port)
            { srv: §'_http..a' }                | endpoints[0].srv: _http..a (expected: a host name: letters, digits, - and _, with dots between)
            { §srv: _http._tcp.a, address: 'a:1' } | endpoints[0].srv: beside address (expected: one of the two)
            { srv: _http._tcp.a, §weight: 2 }   | endpoints[0].weight: beside srv (expected: none, the records have weights)
            { srv: _a._tcp.b }, §{ srv: _A._tcp.b } | endpoints[1]: srv:_a._tcp.b is there twice (use weight)
            { address: 'a:1', backup: §yes }    | endpoints[0].backup: yes (expected: one of true, false)
            'a:1', §'A:1'                       | endpoints[1]: a:1 is there twice (use weight)
            """)
    void tellsWhatIsWrongWithEndpoints(String items, String message) {
        assertProblems(LISTENER + "upstreams: { app: { endpoints: [" + items + "] } }", "upstreams.app." + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            §app: {}                              | upstreams.app.endpoints: missing (expected: a list of host:port)
            app: { §endpoints: [] }               | upstreams.app.endpoints: empty (expected: at least one host:port)
            app: { endpoints: §'a:1' }            | upstreams.app.endpoints: a:1 (expected: a list of host:port)
            app: §text                            | upstreams.app: text (expected: keys and values: endpoints, connections, protocol, tls, balance, health, ejection, panic, slowStart, retries, proxyProtocol)
            §a/b: { endpoints: ['a:1'] }          | upstreams: a/b (expected: a name: letters, digits, - . and _, at most 64)
            app: { endpoints: ['a:1'], protocol: §spdy }   | upstreams.app.protocol: spdy (expected: one of http1, h2, auto)
            app: { endpoints: ['a:1'], protocol: h2, §proxyProtocol: v2 } | upstreams.app.proxyProtocol: beside protocol: h2 (expected: protocol: http1)
            app: { endpoints: ['a:1'], balance: §ramdom }  | upstreams.app.balance: ramdom (expected: one of leastRequest, roundRobin, random) (did you mean "random"?)
            app: { endpoints: ['a:1'], §ssl: {} }          | upstreams.app: unknown key "ssl" (the keys here are endpoints, connections, protocol, tls, balance, health, ejection, panic, slowStart, retries, proxyProtocol)
            app: { endpoints: ['a:1'], proxyProtocol: §v3 } | upstreams.app.proxyProtocol: v3 (expected: one of v1, v2) (did you mean "v1"?)
            app: { §endpoints: [{ address: 'a:1', backup: true }] } | upstreams.app.endpoints: only backups (expected: one without backup: true)
            """)
    void tellsWhatIsWrongInAnUpstream(String entry, String message) {
        assertProblems(LISTENER + "upstreams: { " + entry + " }", message);
    }

    @Test
    void readsWhichHeaderConnectionsBeginWith() {
        assertThat(upstream("{ endpoints: ['a:1'], proxyProtocol: v1 }").proxyProtocol())
                .isEqualTo(UpstreamConfig.ProxyProtocol.V1);
        assertThat(upstream("{ endpoints: ['a:1'], proxyProtocol: v2 }").proxyProtocol())
                .isEqualTo(UpstreamConfig.ProxyProtocol.V2);
        assertThat(upstream("{ endpoints: ['a:1'] }").proxyProtocol()).isNull();
    }
}
