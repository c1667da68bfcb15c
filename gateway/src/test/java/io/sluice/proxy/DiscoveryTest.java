package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.Aside;
import io.sluice.testing.Await;
import io.sluice.testing.DnsServer;
import io.sluice.testing.DnsServer.Mood;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Upstreams whose endpoints are names, over a name server that says something else from time to time. */
final class DiscoveryTest {
    private DnsServer dns;

    @BeforeEach
    void open() throws IOException {
        dns = new DnsServer();
    }

    @AfterEach
    void close() throws IOException {
        dns.close();
    }

    private static String echo(WireMessage request) {
        return ok(request.target());
    }

    /** An answer runs out at once and is asked for again after a moment. */
    private Setup resolving(Setup setup) {
        return setup.top("resolve: { servers: [\"" + dns.address() + "\"], timeout: 300ms, minTtl: 20ms }");
    }

    private RunningGateway gateway(String... endpoints) throws IOException {
        return RunningGateway.of(resolving(Setup.ofEndpoints(endpoints)));
    }

    private RunningGateway service(String name) throws IOException {
        Setup plain = Setup.ofEndpoints("x:1");
        return RunningGateway.of(resolving(plain).yaml().replace("\"x:1\"", "{ srv: " + name + " }"));
    }

    private static long open(RunningGateway gateway, String endpoint) {
        return gateway.counted("sluice_pool_connections", "upstream", "backend", "endpoint", endpoint);
    }

    @Test
    void takesEachAddressOfANameForAnEndpointOfItsOwn() throws Exception {
        try (ScriptedBackend first = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                ScriptedBackend second = ScriptedBackend.answeringAt("127.0.0.3", first.port(), DiscoveryTest::echo)) {
            dns.tell("app.test", DnsServer.address("127.0.0.3", 60), DnsServer.address("127.0.0.2", 60));
            try (RunningGateway gateway = gateway("app.test:" + first.port())) {
                for (int i = 0; i < 50; i++) {
                    assertThat(gateway.exchange(get("/" + i)).body()).isEqualTo("/" + i);
                }
                assertThat(first.requests()).isNotEmpty();
                assertThat(second.requests()).isNotEmpty();
                assertThat(open(gateway, "app.test=127.0.0.2:" + first.port())).isPositive();
                assertThat(open(gateway, "app.test=127.0.0.3:" + first.port())).isPositive();
            }
        }
    }

    @Test
    void failsNothingWhileAddressesComeAndGoUnderLoad() throws Exception {
        try (ScriptedBackend first = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                ScriptedBackend second = ScriptedBackend.answeringAt("127.0.0.3", first.port(), DiscoveryTest::echo)) {
            DnsServer.Entry one = DnsServer.address("127.0.0.2", 0);
            DnsServer.Entry other = DnsServer.address("127.0.0.3", 0);
            dns.tell("app.test", one);
            try (RunningGateway gateway = gateway("app.test:" + first.port());
                    Load load = Load.of(gateway, 10)) {
                for (int round = 0; round < 10; round++) {
                    dns.tell("app.test", other);
                    int before = second.requests().size();
                    Await.until(
                            "the other one is asked", () -> second.requests().size() > before);
                    Await.until("the first one's connections are closed", () -> first.open() == 0);
                    dns.tell("app.test", one, other);
                    int asked = first.requests().size();
                    Await.until(
                            "the first one is asked again",
                            () -> first.requests().size() > asked);
                    load.awaitMore(50);
                }
                assertThat(load.stop()).isEmpty();
            }
        }
    }

    @Test
    void keepsTheConnectionsOfAnAddressThatStays() throws Exception {
        try (ScriptedBackend stays = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo)) {
            dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
            try (RunningGateway gateway = gateway("app.test:" + stays.port());
                    RawPeer client = gateway.client()) {
                client.send(get("/a")).response(200);
                String gone = "app.test=127.0.0.9:" + stays.port();
                dns.tell("app.test", DnsServer.address("127.0.0.2", 0), DnsServer.address("127.0.0.9", 0));
                Await.until(
                        "it has two",
                        () -> gateway.counted("sluice_endpoint_left_out", "upstream", "backend", "endpoint", gone) >= 0
                                && dns.questions("A app.test") > 3);
                dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
                long asked = dns.questions("A app.test");
                Await.until("it has one", () -> dns.questions("A app.test") > asked + 2);
                client.send(get("/b")).response(200);
                assertThat(stays.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void letsAnExchangeEndOnAnAddressThatIsGone() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        try (ScriptedBackend leaving = ScriptedBackend.answeringAt("127.0.0.2", 0, request -> {
                    answer.await();
                    return echo(request);
                });
                ScriptedBackend next = ScriptedBackend.answeringAt("127.0.0.3", leaving.port(), DiscoveryTest::echo)) {
            dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
            try (RunningGateway gateway = gateway("app.test:" + leaving.port());
                    RawPeer client = gateway.client()) {
                client.send(get("/slow"));
                Await.until("it is asked", () -> leaving.running() == 1);
                dns.tell("app.test", DnsServer.address("127.0.0.3", 0));
                Await.until("others go to the next one", () -> {
                    Aside.start(() -> gateway.exchange(get("/other")));
                    return !next.requests().isEmpty();
                });
                answer.countDown();
                assertThat(client.response(200).body()).isEqualTo("/slow");
                Await.until("its connection is closed", () -> leaving.open() == 0);
            }
        }
    }

    @Test
    void keepsTheLastGoodAnswerWhileNothingIsAnswered() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo)) {
            dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
            try (RunningGateway gateway = gateway("app.test:" + backend.port())) {
                gateway.exchange(get("/a"));
                dns.forget("app.test");
                long asked = dns.questions("A app.test");
                Await.until("it was asked in vain", () -> dns.questions("A app.test") > asked + 1);
                assertThat(gateway.exchange(get("/b")).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void startsWithANameThatIsNotResolvedAndTakesItWhenItIs() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                RunningGateway gateway = gateway("app.test:" + backend.port())) {
            try (RawPeer client = gateway.client()) {
                expectFailure(client.send(get("/a")), Failure.NAME_UNRESOLVED);
            }
            dns.tell("app.test", DnsServer.address("127.0.0.2", 60));
            Await.until("it is resolved", () -> {
                try {
                    return gateway.exchange(get("/b")).status() == 200;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    void looksNewNamesUpAsTheConfigThatHasThemSays() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                DnsServer next = new DnsServer()) {
            next.tell("app.test", DnsServer.address("127.0.0.2", 60));
            String yaml = resolving(Setup.of(backend)).yaml();
            try (RunningGateway gateway = RunningGateway.of(yaml)) {
                gateway.reload(yaml.replace(dns.address(), next.address())
                        .replace(backend.endpoint(), "app.test:" + backend.port()));
                assertThat(gateway.exchange(get("/a")).status()).isEqualTo(200);
                assertThat(dns.questions()).isEmpty();
            }
        }
    }

    @Test
    void doesNotLetADeadNameServerStopAReload() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo)) {
            dns.tell("app.test", DnsServer.address("127.0.0.2", 0));
            Setup setup = resolving(Setup.ofEndpoints("app.test:" + backend.port()));
            try (RunningGateway gateway = RunningGateway.of(setup)) {
                gateway.exchange(get("/a"));
                dns.mood(Mood.SAYS_NOTHING);
                gateway.reload(setup.connections("max: 3").yaml());
                assertThat(gateway.exchange(get("/b")).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void asksTheRecordsOfALowerPriorityNumberFirst() throws Exception {
        try (ScriptedBackend second = ScriptedBackend.answeringAt("127.0.0.3", 0, DiscoveryTest::echo)) {
            ScriptedBackend first = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
            dns.tell("one.test", DnsServer.address("127.0.0.2", 60))
                    .tell("two.test", DnsServer.address("127.0.0.3", 60))
                    .tell(
                            "_http._tcp.app.test",
                            DnsServer.service(20, 9, second.port(), "two.test", 60),
                            DnsServer.service(10, 1, first.port(), "one.test", 60));
            try (RunningGateway gateway = service("_http._tcp.app.test")) {
                for (int i = 0; i < 20; i++) {
                    assertThat(gateway.exchange(get("/" + i)).status()).isEqualTo(200);
                }
                assertThat(first.requests()).hasSize(20);
                assertThat(second.requests()).isEmpty();
                first.kill();
                first.close();
                for (int i = 0; i < 20; i++) {
                    assertThat(gateway.exchange(get("/" + i)).status()).isEqualTo(200);
                }
                assertThat(second.requests()).hasSize(20);
            }
        }
    }

    @Test
    void followsRecordsThatChangeTheirPriorities() throws Exception {
        try (ScriptedBackend one = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                ScriptedBackend two = ScriptedBackend.answeringAt("127.0.0.3", 0, DiscoveryTest::echo)) {
            dns.tell("one.test", DnsServer.address("127.0.0.2", 60))
                    .tell("two.test", DnsServer.address("127.0.0.3", 60))
                    .tell(
                            "_http._tcp.app.test",
                            DnsServer.service(1, 1, one.port(), "one.test", 0),
                            DnsServer.service(2, 1, two.port(), "two.test", 0));
            try (RunningGateway gateway = service("_http._tcp.app.test")) {
                gateway.exchange(get("/a"));
                assertThat(one.requests()).hasSize(1);
                dns.tell(
                        "_http._tcp.app.test",
                        DnsServer.service(2, 1, one.port(), "one.test", 0),
                        DnsServer.service(1, 1, two.port(), "two.test", 0));
                Await.until("the other one is first", () -> {
                    Aside.start(() -> gateway.exchange(get("/b"))).join();
                    return !two.requests().isEmpty();
                });
                // it is the same endpoint as before: its connection was kept
                assertThat(one.open()).isEqualTo(1);
            }
        }
    }

    @Test
    void followsTheHostsAndAddressesOfAService() throws Exception {
        try (ScriptedBackend one = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                ScriptedBackend two = ScriptedBackend.answeringAt("127.0.0.3", 0, DiscoveryTest::echo);
                ScriptedBackend moved = ScriptedBackend.answeringAt("127.0.0.4", two.port(), DiscoveryTest::echo)) {
            dns.tell("one.test", DnsServer.address("127.0.0.2", 0))
                    .tell("two.test", DnsServer.address("127.0.0.3", 0))
                    .tell("_http._tcp.app.test", DnsServer.service(0, 0, one.port(), "one.test", 0));
            try (RunningGateway gateway = service("_http._tcp.app.test");
                    Load load = Load.of(gateway, 4)) {
                load.awaitMore(20);
                dns.tell("_http._tcp.app.test", DnsServer.service(0, 0, two.port(), "two.test", 0));
                Await.until("the next host is asked", () -> !two.requests().isEmpty());
                Await.until("the host that is gone has no connections", () -> one.open() == 0);
                long asked = dns.questions("A one.test");
                dns.tell("two.test", DnsServer.address("127.0.0.4", 0));
                Await.until("its next address is asked", () -> !moved.requests().isEmpty());
                Await.until("its last address has no connections", () -> two.open() == 0);
                assertThat(dns.questions("A one.test"))
                        .as("looked up by nobody")
                        .isEqualTo(asked);
                assertThat(load.stop()).isEmpty();
            }
        }
    }

    @Test
    void keepsTheHostsOfAServiceWhileTheNextOnesHaveNoAddress() throws Exception {
        try (ScriptedBackend one = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                ScriptedBackend two = ScriptedBackend.answeringAt("127.0.0.3", 0, DiscoveryTest::echo)) {
            dns.tell("one.test", DnsServer.address("127.0.0.2", 60))
                    .tell("_http._tcp.app.test", DnsServer.service(0, 0, one.port(), "one.test", 0));
            try (RunningGateway gateway = service("_http._tcp.app.test")) {
                Await.until("the first host is known", () -> answers(gateway));
                keepsServing(gateway, one, two);
            }
        }
    }

    private static boolean answers(RunningGateway gateway) {
        try {
            return gateway.exchange(get("/")).status() == 200;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keepsServing(RunningGateway gateway, ScriptedBackend one, ScriptedBackend two) throws Exception {
        try (Load load = Load.of(gateway, 4)) {
            dns.tell("_http._tcp.app.test", DnsServer.service(0, 0, two.port(), "two.test", 0));
            Await.until("the next host was asked for twice", () -> dns.questions("A two.test") > 1);
            load.awaitMore(20);
            assertThat(one.open()).isPositive();
            dns.tell("two.test", DnsServer.address("127.0.0.3", 60));
            Await.until("the next host is asked", () -> !two.requests().isEmpty());
            assertThat(load.stop()).isEmpty();
        }
    }

    @Test
    void sharesRequestsByTheWeightsOfRecords() throws Exception {
        try (ScriptedBackend heavy = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo);
                ScriptedBackend light = ScriptedBackend.answeringAt("127.0.0.3", 0, DiscoveryTest::echo)) {
            dns.tell("one.test", DnsServer.address("127.0.0.2", 60))
                    .tell("two.test", DnsServer.address("127.0.0.3", 60))
                    .tell(
                            "_http._tcp.app.test",
                            DnsServer.service(0, 30, heavy.port(), "one.test", 60),
                            DnsServer.service(0, 10, light.port(), "two.test", 60));
            String yaml = resolving(Setup.ofEndpoints("x:1").upstream("balance: roundRobin"))
                    .yaml()
                    .replace("\"x:1\"", "{ srv: _http._tcp.app.test }");
            try (RunningGateway gateway = RunningGateway.of(yaml)) {
                for (int i = 0; i < 40; i++) {
                    gateway.exchange(get("/" + i));
                }
                assertThat(light.requests()).hasSizeBetween(9, 11);
                assertThat(heavy.requests()).hasSizeBetween(29, 31);
            }
        }
    }

    @Test
    void takesTwoNamesOfOneAddressForOneEndpoint() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answeringAt("127.0.0.2", 0, DiscoveryTest::echo)) {
            dns.tell("a.test", DnsServer.address("127.0.0.2", 60)).tell("b.test", DnsServer.address("127.0.0.2", 60));
            Setup setup = Setup.ofEndpoints("a.test:" + backend.port(), "b.test:" + backend.port())
                    .connections("max: 1");
            try (RunningGateway gateway = RunningGateway.of(resolving(setup));
                    Load load = Load.of(gateway, 8)) {
                load.awaitMore(200);
                assertThat(load.stop()).isEmpty();
                assertThat(backend.peakOpen()).isEqualTo(1);
            }
        }
    }
}
