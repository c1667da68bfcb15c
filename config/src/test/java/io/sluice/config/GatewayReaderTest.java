package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.load;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.GatewayConfig.PathPolicy.Choice;
import io.sluice.config.GatewayConfig.Transport;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayReaderTest {
    @Test
    void fillsInDefaults() {
        GatewayConfig config = load(LISTENER);

        assertThat(config.threads()).isZero();
        assertThat(config.transport()).isEqualTo(Transport.AUTO);
        assertThat(config.drain()).isEqualTo(new DrainConfig(Duration.ZERO, Duration.ofSeconds(30), 1000));
        assertThat(config.trustedProxies()).isEmpty();
        assertThat(config.paths()).isEqualTo(PathPolicy.SAFE);
        assertThat(config.accessLog()).isEqualTo(new AccessLogConfig.Off());
        assertThat(config.tracing()).isEqualTo(Tracing.PASSED);
        assertThat(config.admin().bind()).isEqualTo(new HostPort("127.0.0.1", 9900));
        assertThat(config.memory()).isEqualTo(new GatewayConfig.Memory(64 << 20));
        assertThat(config.upstreams()).isEmpty();
        assertThat(config.routes()).isEmpty();
    }

    @Test
    void readsEveryKeyOfTheTopLevel() {
        GatewayConfig config = load(LISTENER + """
                threads: 3
                transport: io_uring
                drain: { grace: 5s, timeout: 250ms, reconnects: none }
                trustedProxies: [10.0.0.0/8, "2001:db8::/32", 192.0.2.1]
                paths: { dotSegments: refuse, doubleSlash: keep, encodedSlash: keep, encodedBackslash: keep }
                accessLog: logs/access.json
                tracing: { start: true, sampled: 0.25 }
                admin: { bind: "[::1]:9901" }
                memory: { responses: 0B }
                """);

        assertThat(config.threads()).isEqualTo(3);
        assertThat(config.transport()).isEqualTo(Transport.IO_URING);
        assertThat(config.drain()).isEqualTo(new DrainConfig(Duration.ofSeconds(5), Duration.ofMillis(250), 0));
        assertThat(config.trustedProxies())
                .containsExactly(
                        new Network(InetAddress.ofLiteral("10.0.0.0"), 8),
                        new Network(InetAddress.ofLiteral("2001:db8::"), 32),
                        new Network(InetAddress.ofLiteral("192.0.2.1"), 32));
        assertThat(config.paths()).isEqualTo(new PathPolicy(Choice.REFUSE, Choice.KEEP, Choice.KEEP, Choice.KEEP));
        assertThat(config.accessLog())
                .isEqualTo(AccessLogConfig.On.json(new AccessLogConfig.Target.File("logs/access.json")));
        assertThat(config.tracing()).isEqualTo(new Tracing(true, 0.25));
        assertThat(config.admin().bind()).isEqualTo(new HostPort("::1", 9901));
        assertThat(config.memory()).isEqualTo(new GatewayConfig.Memory(0));
    }

    @Test
    void readsEqualTextsAsEqualConfigs() {
        String text = LISTENER + Configs.UPSTREAMS + "routes: [{ name: a, match: { method: [GET, PUT] }, to: app }]";

        assertThat(load(text)).isEqualTo(load(text)).hasSameHashCodeAs(load(text));
    }

    @Test
    void keepsFileOrder() {
        GatewayConfig config = load("""
                routes: [{ name: z, to: q }, { name: a, to: b }]
                upstreams: { q: { endpoints: ["a:1"] }, b: { endpoints: ["a:1"] }, x: { endpoints: ["a:1"] } }
                listeners: { z: { bind: ":1" }, a: { bind: ":2" }, m: { bind: ":3" } }
                """);

        assertThat(config.listeners().keySet()).containsExactly("z", "a", "m");
        assertThat(config.upstreams().keySet()).containsExactly("q", "b", "x");
        assertThat(config.routes()).extracting(RouteConfig::name).containsExactly("z", "a");
    }

    @Test
    void takesASectionWithoutKeysAsAbsent() {
        assertThat(load(LISTENER + "upstreams:\nroutes:\npaths:\nadmin: {}\n")).isEqualTo(load(LISTENER));
    }

    @Test
    void readsHowNamesAreResolved() {
        ResolveConfig resolve = load(LISTENER + """
                resolve:
                  servers: [10.0.0.2, "10.0.0.3:5353", "fd00::1", "[fd00::2]:54"]
                  timeout: 500ms
                  minTtl: 5s
                  maxTtl: 1m
                  family: ipv6
                """).resolve();

        assertThat(resolve)
                .isEqualTo(new ResolveConfig(
                        List.of(
                                new HostPort("10.0.0.2", 53),
                                new HostPort("10.0.0.3", 5353),
                                new HostPort("fd00::1", 53),
                                new HostPort("fd00::2", 54)),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        ResolveConfig.Family.IPV6));
        assertThat(load(LISTENER).resolve()).isEqualTo(ResolveConfig.PLAIN);
    }

    @Test
    void takesClientsOfUnixSocketsForANetwork() {
        assertThat(load(LISTENER + "trustedProxies: [unix, 10.0.0.0/8]").trustedProxies())
                .first()
                .isEqualTo(Network.UNIX)
                .hasToString("unix");
    }

    @Test
    void switchesAdminOff() {
        assertThat(load(LISTENER + "admin: { bind: off }").admin().bind()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            threads: §0                       | threads: 0 (expected: 1..1024, or auto)
            threads: §1025                    | threads: 1025 (expected: 1..1024, or auto)
            threads: §two                     | threads: two (expected: a whole number, 1..1024, or auto)
            threads: §[1]                     | threads: a list (expected: a whole number, 1..1024, or auto)
            threads: §{ a: b }                | threads: keys and values (expected: a whole number, 1..1024, or auto)
            §threads:                         | threads: no value (expected: a whole number, 1..1024, or auto)
            transport: §epol                  | transport: epol (expected: one of auto, epoll, io_uring, kqueue, nio) (did you mean "epoll"?)
            drain: { timeout: §-1 }           | drain.timeout: -1 (expected: > 0)
            drain: { timeout: §0s }           | drain.timeout: 0s (expected: > 0)
            drain: { timeout: §10 }           | drain.timeout: 10 (expected: a duration such as 250ms, 10s, 5m, 1h) (did you mean 10s?)
            drain: { timeout: §none }         | drain.timeout: none (expected: a duration such as 250ms, 10s, 5m, 1h)
            drain: { grace: §0s }             | drain.grace: 0s (expected: > 0, or none)
            drain: { reconnects: §0 }         | drain.reconnects: 0 (expected: 1..1000000, or none)
            drain: §30s                       | drain: 30s (expected: keys and values: grace, timeout, reconnects)
            accessLog: §stdot                 | accessLog: stdot (expected: off, stdout, or the path of a file, with a / in it) (did you mean "stdout"?)
            accessLog: §true                  | accessLog: true (expected: off, stdout, or the path of a file, with a / in it)
            accessLog: §logs/                 | accessLog: logs/ (expected: off, stdout, or the path of a file, with a / in it)
            tracing: { start: §yes }          | tracing.start: yes (expected: one of true, false)
            tracing: { sampled: §1.5 }        | tracing.sampled: 1.5 (expected: a number from 0 to 1, such as 0.01)
            paths: { dotSegments: §keep }     | paths.dotSegments: keep (expected: one of normalize, refuse)
            paths: { encodedSlash: §decode }  | paths.encodedSlash: decode (expected: one of keep, refuse)
            paths: { §dotSegment: keep }      | paths: unknown key "dotSegment" (did you mean "dotSegments"?)
            admin: §on                        | admin: on (expected: keys and values: bind, token, readToken, samples)
            admin: { bind: §0.0.0.0:9900 }    | admin.bind: 0.0.0.0:9900 (expected: a loopback address, such as 127.0.0.1:9900, or a token) (whoever reaches it may do anything: set admin.token, such as ${file:admin.token})
            admin: { bind: §ofF }             | admin.bind: ofF (expected: host:port, or :port for all addresses) (the port is missing)
            trustedProxies: §10.0.0.1/8       | trustedProxies: 10.0.0.1/8 (expected: no bits after the prefix) (did you mean 10.0.0.0/8?)
            trustedProxies: [§lan]            | trustedProxies[0]: lan (expected: a network such as 10.0.0.0/8 or an address)
            trustedProxies: §[]               | trustedProxies: an empty list (expected: a network such as 10.0.0.0/8 or an address)
            trustedProxies: [§[]]             | trustedProxies[0]: a list (expected: a network such as 10.0.0.0/8 or an address)
            §discovery: dns                   | unknown key "discovery" (the keys here are threads, transport, drain, trustedProxies, paths, accessLog, tracing, admin, resolve, memory, limits, overload, listeners, upstreams, routes, include)
            resolve: { servers: §[] }         | resolve.servers: an empty list (expected: the IP address of a DNS server, with or without a port)
            resolve: { servers: §dns.lan }    | resolve.servers: dns.lan (expected: host:port) (the port is missing)
            resolve: { servers: §dns.lan:53 } | resolve.servers: dns.lan:53 (expected: the IP address of a DNS server, with or without a port)
            resolve: { timeout: §2m }         | resolve.timeout: 2m (expected: at most 60s)
            resolve: { §minTtl: 10m }         | resolve.minTtl: minTtl is longer than maxTtl (expected: at most as long)
            resolve: { §maxTtl: 10ms }        | resolve.maxTtl: minTtl is longer than maxTtl (expected: at most as long)
            resolve: { family: §ipv5 }        | resolve.family: ipv5 (expected: one of all, ipv4, ipv6) (did you mean "ipv4"?)
            resolve: { §ttl: 1s }             | resolve: unknown key "ttl" (the keys here are servers, timeout, minTtl, maxTtl, family)
            memory: §64MiB                    | memory: 64MiB (expected: keys and values: responses)
            memory: { responses: §64 }        | memory.responses: 64 (expected: a size such as 512B, 64KiB, 1MiB) (did you mean 64B?)
            memory: { responses: §2048GiB }   | memory.responses: 2048GiB (expected: 0B..1024GiB)
            upstreams: §[]                    | upstreams: a list (expected: names with their upstreams)
            routes: §{ a: b }                 | routes: keys and values (expected: a list of routes, each starting with - name:)
            """)
    void tellsWhatIsWrongAtTheTopLevel(String line, String message) {
        assertProblems(LISTENER + line, message);
    }

    @Test
    void wantsAListener() {
        assertProblems("§threads: 1\n", "listeners: missing (expected: at least one listener)");
        assertProblems("§listeners: {}\n", "listeners: empty (expected: at least one listener)");
        assertProblems("§listeners:\n", "listeners: empty (expected: at least one listener)");
    }

    @Test
    void wantsSomethingInTheFile() {
        assertProblems("§", "listeners: missing (expected: at least one listener)");
        assertProblems("§# only a comment\n", "listeners: missing (expected: at least one listener)");
    }

    @Test
    void wantsKeysAtTheTop() {
        String keys = String.join(", ", Part.TOP.keys());
        assertProblems("§- a\n- b\n", "a list (expected: keys and values: " + keys + ")");
        assertProblems("§just text\n", "\"just text\" (expected: keys and values: " + keys + ")");
    }

    @Test
    void collectsProblemsOfAllSectionsInFileOrder() {
        assertProblems(
                """
                routes:
                  - name: a
                    to: §nowhere
                  - §nothing
                upstreams:
                  app:
                    §endpoints:
                    connections: { max: §0 }
                  §other: {}
                listeners:
                  web: { bind: §nowhere, §tls: {} }
                §threds: 1
                """,
                "routes[0].to: nowhere (expected: the name of an upstream) (the upstreams are app, other)",
                "routes[1]: nothing (expected: keys and values: " + String.join(", ", Part.ROUTE.keys()) + ")",
                "upstreams.app.endpoints: empty (expected: at least one host:port)",
                "upstreams.app.connections.max: 0 (expected: 1..65535)",
                "upstreams.other.endpoints: missing (expected: a list of host:port)",
                "listeners.web.bind: nowhere (expected: host:port, or :port for all addresses) (the port is missing)",
                "listeners.web.tls.certificates: missing (expected: a list, each with certificate and key)",
                "unknown key \"threds\" (did you mean \"threads\"?)");
    }

    @Test
    void keepsALimitedNumberOfProblemsAndSaysSo() {
        StringBuilder text = new StringBuilder(LISTENER).append("routes:\n");
        text.repeat("- x\n", Problems.LIMIT + 5);

        var problems = Configs.problems(text.toString());

        assertThat(problems).hasSize(Problems.LIMIT + 1);
        assertThat(problems.getLast()).hasToString("test.yaml: there may be more problems, only 10000 are kept");
    }
}
