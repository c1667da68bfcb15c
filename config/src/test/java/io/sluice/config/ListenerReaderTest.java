package io.sluice.config;

import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.load;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerReaderTest {
    private static ListenerConfig listener(String flow) {
        return load("listeners: { web: " + flow + " }").listeners().get("web");
    }

    @Test
    void fillsInDefaults() {
        assertThat(listener("{ bind: ':8080' }"))
                .isEqualTo(new ListenerConfig(
                        "web",
                        new HostPort("", 8080),
                        null,
                        0,
                        null,
                        new ListenerConfig.Accept(4096, Duration.ZERO, false, null, ListenerConfig.Accept.UMASK),
                        new ListenerConfig.Timeouts(
                                Duration.ofMinutes(10), Duration.ofSeconds(10), Duration.ofSeconds(60)),
                        new ListenerConfig.Limits(1_000_000, 0, 32 * 1024, 100),
                        new ListenerConfig.Http2(true, 128, 256 * 1024, 0, Duration.ZERO),
                        ClientRules.NONE,
                        null));
    }

    @Test
    void readsEveryKey() {
        String text = """
                {
                  bind: ':1', redirectToHttps: 8443, clientSubject: X-Subject,
                  accept: {
                    backlog: 9, deferAccept: 2s, reusePort: true, keepAlive: { idle: 1h, interval: 3s, probes: 4 }
                  },
                  timeouts: { idle: 1h, head: 1ms, send: 5s },
                  limits: { connections: 7, connectionsPerAddress: 6, head: 1MiB, fields: 8 },
                  http2: { enabled: false, streams: 9, window: 1MiB, maxRequests: 10, maxAge: 2h }
                }""".replaceAll("\n *", " ");

        assertThat(listener(text))
                .isEqualTo(new ListenerConfig(
                        "web",
                        new HostPort("", 1),
                        null,
                        8443,
                        "X-Subject",
                        new ListenerConfig.Accept(
                                9,
                                Duration.ofSeconds(2),
                                true,
                                new ListenerConfig.KeepAlive(Duration.ofHours(1), Duration.ofSeconds(3), 4),
                                ListenerConfig.Accept.UMASK),
                        new ListenerConfig.Timeouts(Duration.ofHours(1), Duration.ofMillis(1), Duration.ofSeconds(5)),
                        new ListenerConfig.Limits(7, 6, 1 << 20, 8),
                        new ListenerConfig.Http2(false, 9, 1 << 20, 10, Duration.ofHours(2)),
                        ClientRules.NONE,
                        null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{ keepAlive: {} }", "{ keepAlive: off, deferAccept: none }", "{ reusePort: false }"})
    void leavesOptionsOfTheSocketAlone(String accept) {
        assertThat(listener("{ bind: ':1', accept: " + accept + " }").accept()).isEqualTo(ListenerConfig.Accept.PLAIN);
    }

    @Test
    void probesSilentConnectionsIfOneOfItsTimesIsGiven() {
        assertThat(listener("{ bind: ':1', accept: { keepAlive: { probes: 3 } } }")
                        .accept()
                        .keepAlive())
                .isEqualTo(new ListenerConfig.KeepAlive(Duration.ofMinutes(1), Duration.ofSeconds(10), 3));
    }

    @ParameterizedTest
    @CsvSource({
        "':8080', '', 8080",
        "0.0.0.0:80, 0.0.0.0, 80",
        "'[::]:8080', '::', 8080",
        "'[2001:DB8::1]:8080', '2001:db8::1', 8080",
        "localhost:0, localhost, 0",
        "Host-1.Example.COM:65535, host-1.example.com, 65535",
    })
    void readsAddressesToBind(String bind, String host, int port) {
        assertThat(listener("{ bind: '" + bind + "' }").bind()).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            8080               | host:port, or :port for all addresses) (did you mean :8080?
            *:8080             | host:port, or :port for all addresses) (did you mean :8080?
            localhost          | host:port, or :port for all addresses) (the port is missing
            [::1]              | host:port, or :port for all addresses) (the port is missing
            ::1:8080           | host:port, or :port for all addresses) (put an IPv6 address in brackets: [::1]:8080
            [::g]:8080         | an IPv6 address in the brackets
            [fe80::1%eth0]:80  | an IPv6 address in the brackets
            [127.0.0.1]:80     | an IPv6 address in the brackets
            localhost:         | host:port, or :port for all addresses
            localhost:http     | host:port, or :port for all addresses
            localhost:+80      | host:port, or :port for all addresses
            :65536             | a port, 0..65535
            256.0.0.1:80       | an IPv4 address: four numbers, 0..255
            127.1:80           | an IPv4 address: four numbers, 0..255
            010.0.0.1:80       | an IPv4 address: four numbers, 0..255
            -a:80              | a host name: letters, digits, - and _, with dots between
            a..b:80            | a host name: letters, digits, - and _, with dots between
            unix:run/s         | unix: and an absolute path, such as unix:/run/app.sock
            unix:/run/         | unix: and an absolute path, such as unix:/run/app.sock
            unix:///run/s      | unix: and an absolute path, such as unix:/run/app.sock) (did you mean unix:/run/s?
            http://a:80        | host:port, or :port for all addresses) (did you mean a:80?
            http://a/b         | host:port, or :port for all addresses) (did you mean a:80?
            https://[::1]      | host:port, or :port for all addresses) (did you mean "[::1]:443"?
            """)
    void refusesOtherAddresses(String bind, String expected) {
        String shown = Shown.value(bind);
        assertProblems(
                "listeners: { web: { bind: §'" + bind + "' } }",
                "listeners.web.bind: " + shown + " (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "':8080', 127.0.0.1:8080",
        "0.0.0.0:8080, 127.0.0.1:8080",
        "127.0.0.1:8080, '[::]:8080'",
        "127.0.0.1:8080, 127.0.0.1:8080",
        "'[::1]:8080', '[0:0:0:0:0:0:0:1]:8080'",
        "LOCALHOST:8080, localhost:8080",
    })
    void refusesListenersThatBindTheSameAddress(String one, String other) {
        BindAddress first = listener("{ bind: '" + one + "' }").bind();
        BindAddress second = listener("{ bind: '" + other + "' }").bind();
        assertProblems(
                "listeners:\n  one: { bind: '" + one + "' }\n  two: { bind: §'" + other + "' }",
                "listeners.two.bind: " + second + " (expected: an address of its own, listeners.one has " + first
                        + ")");
    }

    @Test
    void readsUnixSocketsToBind() {
        ListenerConfig listener = listener("{ bind: 'unix:/run/s.sock', accept: { mode: 0660 } }");

        assertThat(listener.bind()).isEqualTo(new UnixPath("/run/s.sock")).hasToString("unix:/run/s.sock");
        assertThat(listener.accept().mode()).isEqualTo(0b110_110_000);
        assertThat(listener("{ bind: 'unix:8080' }").bind()).isEqualTo(new HostPort("unix", 8080));
    }

    @Test
    void tellsWhatIsWrongWithUnixSockets() {
        assertProblems(
                "listeners: { a: { bind: 'unix:/s' }, b: { bind: §'unix:/s' } }",
                "listeners.b.bind: unix:/s (expected: an address of its own, listeners.a has unix:/s)");
        assertProblems(
                "listeners: { a: { bind: 'unix:/s', accept: { mode: §rw } } }",
                "listeners.a.accept.mode: rw (expected: permissions in octal, such as 0660)");
        String longest = "/" + "x".repeat(UnixPath.LONGEST - 1);
        assertThat(listener("{ bind: 'unix:" + longest + "' }").bind()).isEqualTo(new UnixPath(longest));
        assertProblems(
                "listeners: { web: { bind: §'unix:" + longest + "y' } }",
                "listeners.web.bind: " + Shown.value("unix:" + longest + "y")
                        + " (expected: a path of at most 100 bytes)");
    }

    @Test
    void refusesTheAddressOfTheAdminListener() {
        assertProblems(
                "listeners: { web: { bind: §':9900' } }",
                "listeners.web.bind: :9900 (expected: an address of its own, admin has 127.0.0.1:9900)");
    }

    @ParameterizedTest
    @CsvSource({
        "':0', ':0'",
        "':8080', ':8081'",
        "127.0.0.1:8080, 127.0.0.2:8080",
        "'[::1]:8080', 127.0.0.1:8080",
    })
    void takesListenersOfDifferentAddresses(String one, String other) {
        assertThat(load("listeners:\n  one: { bind: '" + one + "' }\n  two: { bind: '" + other + "' }")
                        .listeners())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            limits: §5                          | listeners.web.limits: 5 (expected: keys and values: connections, connectionsPerAddress, head, fields)
            limits: { connections: §0 }         | listeners.web.limits.connections: 0 (expected: 1..10000000)
            limits: { connections: §10000001 }  | listeners.web.limits.connections: 10000001 (expected: 1..10000000)
            limits: { connectionsPerAddress: §0 } | listeners.web.limits.connectionsPerAddress: 0 (expected: 1..10000000, or none)
            timeouts: { send: §none }           | listeners.web.timeouts.send: none (expected: a duration such as 250ms, 10s, 5m, 1h)
            limits: { head: §255B }             | listeners.web.limits.head: 255B (expected: 256B..1MiB)
            limits: { head: §2MiB }             | listeners.web.limits.head: 2MiB (expected: 256B..1MiB)
            limits: { head: §-1 }               | listeners.web.limits.head: -1 (expected: 256B..1MiB)
            limits: { head: §1024 }             | listeners.web.limits.head: 1024 (expected: a size such as 512B, 64KiB, 1MiB) (did you mean 1024B?)
            limits: { fields: §0 }              | listeners.web.limits.fields: 0 (expected: 1..10000)
            limits: { §field: 5 }               | listeners.web.limits: unknown key "field" (did you mean "fields"?)
            timeouts: { idle: §none }           | listeners.web.timeouts.idle: none (expected: a duration such as 250ms, 10s, 5m, 1h)
            timeouts: { head: §1d }             | listeners.web.timeouts.head: 1d (expected: a duration such as 250ms, 10s, 5m, 1h)
            §foo: {}                            | listeners.web: unknown key "foo" (the keys here are bind, tls, redirectToHttps, clientSubject, accept, timeouts, limits, http2, allow, deny, proxyProtocol)
            accept: §1                          | listeners.web.accept: 1 (expected: keys and values: backlog, deferAccept, reusePort, keepAlive, mode)
            accept: { §mode: 0660 }             | listeners.web.accept.mode: only for a Unix socket (expected: bind: unix:/...)
            accept: { backlog: §0 }             | listeners.web.accept.backlog: 0 (expected: 1..65535)
            accept: { deferAccept: §500ms }     | listeners.web.accept.deferAccept: 500ms (expected: a duration of whole seconds, 1s..120s, or none)
            accept: { deferAccept: §121s }      | listeners.web.accept.deferAccept: 121s (expected: a duration of whole seconds, 1s..120s, or none)
            accept: { reusePort: §yes }         | listeners.web.accept.reusePort: yes (expected: one of true, false)
            accept: { keepAlive: §on }          | listeners.web.accept.keepAlive: on (expected: keys and values: idle, interval, probes)
            accept: { keepAlive: { idle: §0s } } | listeners.web.accept.keepAlive.idle: 0s (expected: > 0)
            accept: { keepAlive: { idle: §24h } } | listeners.web.accept.keepAlive.idle: 24h (expected: a duration of whole seconds, 1s..32767s)
            accept: { keepAlive: { probes: §0 } } | listeners.web.accept.keepAlive.probes: 0 (expected: 1..127)
            accept: { §keepalive: off }         | listeners.web.accept: unknown key "keepalive" (did you mean "keepAlive"?)
            """)
    void tellsWhatIsWrongInAListener(String entry, String message) {
        assertProblems("listeners: { web: { bind: ':8080', " + entry + " } }", message);
    }

    @Test
    void wantsAnAddress() {
        String looks = "host:port, or :port for all addresses";
        assertProblems("listeners: { §web: {} }", "listeners.web.bind: missing (expected: " + looks + ")");
        assertProblems("listeners:\n  §web:\n", "listeners.web.bind: missing (expected: " + looks + ")");
        assertProblems("listeners: { web: { §bind: } }", "listeners.web.bind: no value (expected: " + looks + ")");
    }

    @Test
    void wantsAName() {
        assertProblems(
                "listeners: { §'a b': { bind: ':8080' } }",
                "listeners: \"a b\" (expected: a name: letters, digits, - . and _, at most 64)");
    }

    private static ListenerTls tls(String flow) {
        return listener("{ bind: ':8443', tls: " + flow + " }").tls();
    }

    @Test
    void speaksCleartextUnlessToldOtherwise() {
        ListenerConfig listener = listener("{ bind: ':8080' }");

        assertThat(listener.tls()).isNull();
        assertThat(listener.redirectToHttps()).isZero();
    }

    @Test
    void speaksTlsByAModernPolicy() {
        ListenerTls tls = tls("{ certificates: [ { certificate: a.pem, key: a.key } ] }");

        assertThat(tls.certificates()).containsExactly(new CertificateFiles(Path.of("a.pem"), Path.of("a.key")));
        assertThat(tls.versions()).containsExactlyInAnyOrder(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
        assertThat(tls.ciphers()).hasSize(6).allMatch(name -> name.startsWith("TLS_ECDHE_"));
        assertThat(tls.clients()).isEqualTo(ListenerTls.Clients.NONE);
        assertThat(tls.ticketRotation()).isEqualTo(Duration.ofHours(12));
        assertThat(tls.handshake()).isEqualTo(new ListenerTls.Handshake(Duration.ofSeconds(10), 10_000));
        assertThat(tls.hsts()).isZero();
    }

    @Test
    void readsEveryKeyOfTls() {
        ListenerTls tls =
                tls("{ certificates: [ { certificate: a.pem, key: a.key }, { certificate: b.pem, key: b.key } ],"
                        + " versions: TLSv1.3, ciphers: TLS_RSA_WITH_AES_128_GCM_SHA256,"
                        + " clientCertificates: required, clientAuthorities: c.pem, sessionTickets: 1h,"
                        + " handshake: { timeout: 2s, concurrent: 5 }, hsts: 8760h }");

        assertThat(tls.certificates()).hasSize(2);
        assertThat(tls.versions()).containsExactly(TlsVersion.TLS_1_3);
        assertThat(tls.ciphers()).containsExactly("TLS_RSA_WITH_AES_128_GCM_SHA256");
        assertThat(tls.clients()).isEqualTo(new ListenerTls.Clients(ListenerTls.Verify.REQUIRED, Path.of("c.pem")));
        assertThat(tls.ticketRotation()).isEqualTo(Duration.ofHours(1));
        assertThat(tls.handshake()).isEqualTo(new ListenerTls.Handshake(Duration.ofSeconds(2), 5));
        assertThat(tls.hsts()).isEqualTo(Duration.ofDays(365));
    }

    @Test
    void redirectsToTheUsualPortIfNoneIsNamed() {
        assertThat(listener("{ bind: ':80', redirectToHttps: true }").redirectToHttps())
                .isEqualTo(443);
    }

    @Test
    void tellsWhatIsWrongWithTls() {
        assertProblems(
                """
                listeners:
                  a: { bind: ':1', §tls: {} }
                  b: { bind: ':2', tls: { §certificates: [] } }
                  c: { bind: ':3', tls: { certificates: [ { certificate: a.pem, key: a.key } ], §clientCertificates: required } }
                  d: { bind: ':4', tls: { certificates: [ { certificate: a.pem, key: a.key } ], §clientAuthorities: a.pem } }
                  e: { bind: ':5', §redirectToHttps: true, tls: { certificates: [ { certificate: a.pem, key: a.key } ] } }
                  f: { bind: ':6', clientSubject: §host }
                """,
                "listeners.a.tls.certificates: missing (expected: a list, each with certificate and key)",
                "listeners.b.tls.certificates: empty (expected: at least one)",
                "listeners.c.tls.clientAuthorities: missing (expected: a PEM file with the certificates of those who sign for clients)",
                "listeners.d.tls.clientAuthorities: without clientCertificates (expected: clientCertificates: required, or optional)",
                "listeners.e.redirectToHttps: with tls (expected: a listener without tls)",
                "listeners.f.clientSubject: host (expected: a header other than host)");
    }

    @Test
    void readsWhoSendsAHeaderOfTheProxyProtocol() {
        assertThat(listener("{ bind: ':1', proxyProtocol: { from: [10.0.0.0/8, 'fd00::/8'] } }")
                        .proxyProtocol())
                .isEqualTo(new ListenerConfig.ProxyProtocol(
                        List.of(
                                new Network(InetAddress.ofLiteral("10.0.0.0"), 8),
                                new Network(InetAddress.ofLiteral("fd00::"), 8)),
                        true));
        assertThat(listener("{ bind: ':1', proxyProtocol: { from: unix, header: optional } }")
                        .proxyProtocol())
                .isEqualTo(new ListenerConfig.ProxyProtocol(List.of(Network.UNIX), false));
        assertThat(listener("{ bind: ':1', proxyProtocol: }").proxyProtocol()).isNull();
    }

    @Test
    void tellsWhatIsWrongWithTheProxyProtocol() {
        assertProblems(
                "listeners: { web: { bind: ':1', §proxyProtocol: { header: optional } } }",
                "listeners.web.proxyProtocol.from: missing (expected: the networks of the proxies that send a header)");
        assertProblems(
                "listeners: { web: { bind: ':1', proxyProtocol: { from: unix, header: §maybe } } }",
                "listeners.web.proxyProtocol.header: maybe (expected: one of required, optional)");
        assertProblems(
                "listeners: { web: { bind: ':1', proxyProtocol: { from: §everybody } } }",
                "listeners.web.proxyProtocol.from: everybody (expected: a network such as 10.0.0.0/8 or an address)");
    }
}
