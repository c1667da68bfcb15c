package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rates are so slow that no token comes back during a test. */
final class RateLimitWireTest {
    private static final String THREE = "rateLimit: { requests: 3, per: 1h }";
    private static final String ONE = "rateLimit: { requests: 1, per: 1h }";

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(RateLimitWireTest::answer);

    RateLimitWireTest() throws IOException {}

    private static String answer(WireMessage request) {
        return request.target().equals("/own")
                ? response("200 OK", "own", "RateLimit-Policy: \"daily\";q=9", "RateLimit: \"daily\";r=8")
                : ok(request.target());
    }

    private RunningGateway gateway(String route) throws IOException {
        return RunningGateway.of(Setup.of(backend).route(route));
    }

    /** The statuses of so many requests of one client. */
    private static void expect(RunningGateway gateway, String local, String request, int... statuses)
            throws IOException {
        try (RawPeer client = RawPeer.connectFrom(local, gateway.address())) {
            for (int status : statuses) {
                assertThat(client.send(request).response().status()).isEqualTo(status);
            }
        }
    }

    private static long limited(RunningGateway gateway) {
        return gateway.counted("sluice_failures_total", "route", "all", "cause", "rate-limited", "side", "gateway");
    }

    @Test
    void answers429AndKeepsTheConnection() throws Exception {
        try (RunningGateway gateway = gateway(ONE);
                RawPeer client = gateway.client()) {
            client.send(get("/1")).response(200);

            for (int i = 0; i < 2; i++) {
                WireMessage refused = expectFailure(client.send(get("/2")), Failure.RATE_LIMITED);
                assertThat(refused.names("connection", "close")).isFalse();
                assertThat(Integer.parseInt(refused.value("retry-after"))).isBetween(1, 3600);
            }
            assertThat(limited(gateway)).isEqualTo(2);
        }
        assertThat(backend.requests()).hasSize(1);
    }

    @Test
    void tellsInEachResponseHowTheClientStands() throws Exception {
        try (RunningGateway gateway = gateway("rateLimit: { requests: 3, per: 1h, burst: 2 }");
                RawPeer client = gateway.client()) {
            WireMessage first = client.send(get("/")).response(200);
            assertThat(first.value("ratelimit-policy")).isEqualTo("\"client\";q=2;w=2400");
            // nothing was taken before, so no time can have passed since
            assertThat(first.value("ratelimit")).isEqualTo("\"client\";r=1;t=1200");

            assertThat(client.send(get("/")).response(200).value("ratelimit")).startsWith("\"client\";r=0;t=");

            WireMessage refused = client.send(get("/")).response(429);
            assertThat(refused.value("ratelimit-policy")).isEqualTo("\"client\";q=2;w=2400");
            assertThat(refused.value("ratelimit")).isEqualTo("\"client\";r=0;t=" + refused.value("retry-after"));
        }
    }

    @Test
    void tellsItWhereTheGatewayAnswersToo() throws Exception {
        String nowhere = "127.0.0.1:" + ScriptedBackend.unusedPort();
        try (RunningGateway gateway = RunningGateway.of("""
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { gone: { endpoints: ["%s"] } }
                routes:
                  - { name: fixed, match: { path: /fixed }, respond: { status: 200 }, rateLimit: { requests: 1, per: 1h } }
                  - { name: moved, match: { path: /moved }, redirect: { location: / }, rateLimit: { requests: 1, per: 1h } }
                  - { name: all, to: gone, rateLimit: { requests: 1, per: 1h } }
                """.formatted(nowhere))) {
            for (String path : new String[] {"/fixed", "/moved", "/"}) {
                assertThat(gateway.exchange(get(path)).value("ratelimit")).startsWith("\"client\";r=0;");
                assertThat(gateway.exchange(get(path)).status()).isEqualTo(429);
            }
        }
    }

    @Test
    void saysNothingWhereThereIsNoLimit() throws Exception {
        try (RunningGateway gateway = RunningGateway.before(backend)) {
            WireMessage response = gateway.exchange(get("/"));

            assertThat(response.has("ratelimit")).isFalse();
            assertThat(response.has("ratelimit-policy")).isFalse();
        }
    }

    @Test
    void leavesTheFieldsOfTheBackendBesideItsOwn() throws Exception {
        try (RunningGateway gateway = gateway(THREE)) {
            WireMessage response = gateway.exchange(get("/own"));

            assertThat(response.values("ratelimit")).hasSize(2).contains("\"daily\";r=8");
            assertThat(response.values("ratelimit-policy")).containsExactly("\"daily\";q=9", "\"client\";q=3;w=3600");
        }
    }

    @Test
    void countsEachAddressForItself() throws Exception {
        try (RunningGateway gateway = gateway(THREE)) {
            expect(gateway, "127.0.0.2", get("/"), 200, 200, 200, 429);
            expect(gateway, "127.0.0.3", get("/"), 200, 200, 200, 429);
            // on another connection, and perhaps another loop
            expect(gateway, "127.0.0.2", get("/"), 429);
            assertThat(gateway.counted("sluice_rate_limit_keys", "route", "all"))
                    .isEqualTo(2);
        }
    }

    @Test
    void countsTheClientThatATrustedProxyTellsOf() throws Exception {
        try (RunningGateway gateway = RunningGateway.of(
                Setup.of(backend).top("trustedProxies: 127.0.0.1").route(ONE))) {
            String one = request("GET / HTTP/1.1", "X-Forwarded-For: 192.0.2.1");
            String other = request("GET / HTTP/1.1", "X-Forwarded-For: 192.0.2.2");
            expect(gateway, "127.0.0.1", one, 200, 429);
            expect(gateway, "127.0.0.1", other, 200, 429);
            String neighbour = "X-Forwarded-For: 2001:db8:0:1::";
            expect(gateway, "127.0.0.1", request("GET / HTTP/1.1", neighbour + "1"), 200);
            expect(gateway, "127.0.0.1", request("GET / HTTP/1.1", neighbour + "2"), 429);
            // from anybody else the field is no matter
            expect(gateway, "127.0.0.2", one, 200);
            expect(gateway, "127.0.0.2", other, 429);
        }
    }

    @Test
    void countsByTheValueOfAField() throws Exception {
        try (RunningGateway gateway = gateway("rateLimit: { requests: 1, per: 1h, by: 'header:X-Key' }")) {
            expect(gateway, "127.0.0.2", request("GET / HTTP/1.1", "x-key: one"), 200, 429);
            expect(gateway, "127.0.0.3", request("GET / HTTP/1.1", "x-key: one"), 429);
            expect(gateway, "127.0.0.3", request("GET / HTTP/1.1", "x-key: two"), 200, 429);
            expect(gateway, "127.0.0.3", get("/"), 200, 429);
            WireMessage told = gateway.exchange(request("GET / HTTP/1.1", "x-key: three"));
            assertThat(told.value("ratelimit-policy")).isEqualTo("\"header\";q=1;w=3600");
        }
    }

    @Test
    void countsAllOfARouteTogether() throws Exception {
        try (RunningGateway gateway = gateway("rateLimit: { requests: 2, per: 1h, by: route }")) {
            expect(gateway, "127.0.0.2", get("/"), 200);
            expect(gateway, "127.0.0.3", get("/"), 200, 429);
            expect(gateway, "127.0.0.4", get("/"), 429);
        }
    }

    @Test
    void holdsNoMoreKeysThanItMay() throws Exception {
        try (RunningGateway gateway = gateway("rateLimit: { requests: 1, per: 1h, by: 'header:x-key', keys: 10 }");
                RawPeer client = gateway.client()) {
            for (int i = 0; i < 200; i++) {
                client.send(request("GET / HTTP/1.1", "x-key: " + i)).response(200);
            }
            Await.until(
                    "keys forgotten",
                    () -> gateway.counted("sluice_rate_limit_keys_forgotten_total", "route", "all") == 190
                            && gateway.counted("sluice_rate_limit_keys", "route", "all") == 10);
        }
    }

    @Test
    void goesOnOverAReloadThatLeavesItAsItIs() throws Exception {
        Setup setup = Setup.of(backend);
        try (RunningGateway gateway = RunningGateway.of(setup.route(THREE).yaml())) {
            expect(gateway, "127.0.0.2", get("/"), 200, 200);

            gateway.reload(setup.route(THREE + ", timeouts: { exchange: 5s }").yaml());

            expect(gateway, "127.0.0.2", get("/"), 200, 429);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests: 4, per: 1h", "requests: 3, per: 2h", "requests: 3, per: 1h, by: route"})
    void beginsAnewIfAReloadChangesIt(String changed) throws Exception {
        Setup setup = Setup.of(backend);
        try (RunningGateway gateway = RunningGateway.of(setup.route(THREE).yaml())) {
            expect(gateway, "127.0.0.2", get("/"), 200, 200, 200, 429);

            gateway.reload(setup.route("rateLimit: { " + changed + " }").yaml());

            expect(gateway, "127.0.0.2", get("/"), 200, 200, 200);
        }
    }

    @Test
    void givesTokensBack() throws Exception {
        try (RunningGateway gateway = gateway("rateLimit: { requests: 1000, per: 1s, burst: 1 }");
                RawPeer client = gateway.client()) {
            client.send(get("/")).response(200);

            // one each millisecond: sooner or later one is there again
            Await.until("a token", () -> isServed(client));
        }
    }

    private static boolean isServed(RawPeer client) {
        try {
            return client.send(get("/")).response().status() == 200;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
