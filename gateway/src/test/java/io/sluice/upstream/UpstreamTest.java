package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HostPort;
import io.sluice.config.UpstreamConfig;
import io.sluice.config.UpstreamConfig.Balance;
import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import io.sluice.wire.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which endpoint an attempt goes to. */
final class UpstreamTest {
    private static final int PICKS = 12_000;
    private static Loops loops;

    @BeforeAll
    static void open() {
        loops = new Loops(Transport.AUTO, 2);
    }

    @AfterAll
    static void close() {
        loops.close();
    }

    private static Upstream upstream(Balance balance, int... weights) {
        List<UpstreamConfig.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            endpoints.add(new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", 1 + i), weights[i]));
        }
        return upstream(balance, endpoints);
    }

    private static Upstream upstream(Balance balance, List<UpstreamConfig.Endpoint> endpoints) {
        return new Upstream(
                new UpstreamConfig(
                        "test", endpoints, Gate.limits().connections(), UpstreamConfig.Protocol.HTTP1, balance),
                loops);
    }

    /** How often each endpoint is picked. */
    private static int[] picks(Upstream upstream) {
        int[] counts = new int[upstream.endpoints().size()];
        for (int i = 0; i < PICKS; i++) {
            counts[upstream.endpoints().indexOf(upstream.pick())]++;
        }
        return counts;
    }

    private static void leaveOut(Upstream upstream, int... endpoints) {
        for (int endpoint : endpoints) {
            upstream.endpoints().get(endpoint).health().missed(Failure.CONNECT_REFUSED);
        }
        // what was told has been seen to
        upstream.set(upstream.endpoints().getFirst(), null).join();
    }

    @ParameterizedTest
    @EnumSource
    void sharesByWeight(Balance balance) {
        int[] counts = picks(upstream(balance, 1, 2, 3));
        // far beyond what chance does, at random
        assertThat(counts[0]).isBetween(PICKS / 6 - 500, PICKS / 6 + 500);
        assertThat(counts[1]).isBetween(PICKS / 3 - 500, PICKS / 3 + 500);
        assertThat(counts[2]).isBetween(PICKS / 2 - 500, PICKS / 2 + 500);
    }

    @ParameterizedTest
    @EnumSource
    void takesTheOnlyOne(Balance balance) {
        Upstream upstream = upstream(balance, 1);
        Endpoint only = upstream.endpoints().getFirst();
        assertThat(upstream.pick()).isSameAs(only);
        leaveOut(upstream, 0);
        assertThat(upstream.pick()).isSameAs(only);
        assertThat(upstream.pickOther(List.of(only))).isNull();
    }

    @Test
    void triesThoseThatHaveNotFailedIt() {
        Upstream upstream = upstream(Balance.LEAST_REQUEST, 1, 1000, 1000);
        List<Endpoint> all = upstream.endpoints();
        for (int i = 0; i < 100; i++) {
            assertThat(upstream.pickOther(List.of(all.get(1), all.get(2)))).isSameAs(all.get(0));
            assertThat(upstream.pickOther(List.of(all.get(1)))).isIn(all.get(0), all.get(2));
        }
        assertThat(upstream.pickOther(all)).isNull();
    }

    @Test
    void triesAnAvailableOneFirst() {
        Upstream upstream = upstream(Balance.LEAST_REQUEST, 1, 1, 1);
        List<Endpoint> all = upstream.endpoints();
        leaveOut(upstream, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(upstream.pickOther(List.of(all.get(0)))).isSameAs(all.get(2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void skipsThoseThatAreLeftOut(Balance balance) {
        Upstream upstream = upstream(balance, 1, 100, 1);
        leaveOut(upstream, 1);
        int[] counts = picks(upstream);
        assertThat(counts[1]).isZero();
        assertThat(counts[0]).isPositive();
        assertThat(counts[2]).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void usesAllIfAllAreLeftOut(Balance balance) {
        Upstream upstream = upstream(balance, 1, 1, 1);
        leaveOut(upstream, 0, 1, 2);
        assertThat(picks(upstream)).doesNotContain(0);
        for (int i = 0; i < 100; i++) {
            assertThat(upstream.pickOther(List.of(upstream.endpoints().get(1))))
                    .isIn(upstream.endpoints().get(0), upstream.endpoints().get(2));
        }
    }

    @Test
    void takesTurnsEvenly() {
        Upstream upstream = upstream(Balance.ROUND_ROBIN, 1, 1, 1);
        List<Integer> order = IntStream.range(0, 6)
                .mapToObj(i -> upstream.endpoints().indexOf(upstream.pick()))
                .toList();
        assertThat(order).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void spreadsTheTurnsOfAHeavyOne() {
        Upstream upstream = upstream(Balance.ROUND_ROBIN, 500, 100, 100);
        List<Integer> order = IntStream.range(0, 7)
                .mapToObj(i -> upstream.endpoints().indexOf(upstream.pick()))
                .toList();
        assertThat(order).containsExactly(0, 0, 1, 0, 2, 0, 0);
    }

    @Test
    void keepsTheCycleOfManyOddWeightsShort() {
        int[] weights = IntStream.range(0, 40).map(i -> 961 + i).toArray();
        int[] counts = picks(upstream(Balance.ROUND_ROBIN, weights));
        assertThat(IntStream.of(counts).min().orElse(0)).isGreaterThan(PICKS / 40 - 60);
    }

    @Test
    void prefersTheOneWithFewerInFlightForItsWeight() throws Exception {
        try (ScriptedBackend one = ScriptedBackend.byHand();
                ScriptedBackend two = ScriptedBackend.byHand();
                Gate gate = new Gate(1, Gate.limits(), one.port(), two.port())) {
            Endpoint busy = gate.upstream.endpoints().get(0);
            Endpoint idle = gate.upstream.endpoints().get(1);
            new Attempt(busy.pool(), gate.loop(0)).lease();
            assertThat(busy.inFlight()).isEqualTo(1);
            for (int i = 0; i < 100; i++) {
                assertThat(gate.upstream.pick()).isSameAs(idle);
            }
        }
    }

    @Test
    void findsOutByItselfThatAnEndpointIsBack() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Gate gate = new Gate(1, Gate.limits(), backend.port(), ScriptedBackend.unusedPort())) {
            Endpoint endpoint = gate.upstream.endpoints().getFirst();
            endpoint.health().missed(Failure.CONNECT_REFUSED);
            assertThat(endpoint.health().isAvailable()).isFalse();
            gate.until("a connection was opened", () -> endpoint.health().isAvailable());
            backend.accept();
            gate.until("it is kept", () -> endpoint.pool().figures().idle() == 1);
            assertThat(endpoint.pool().figures().leases()).isZero();
        }
    }

    @Test
    void opensNoConnectionBeyondTheCapToFindOut() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                Gate gate = new Gate(1, Gate.limits().max(1), backend.port())) {
            Endpoint endpoint = gate.upstream.endpoints().getFirst();
            Attempt first = gate.attempt();
            first.onLeased(() -> first.get("/")).lease();
            RawPeer peer = backend.accept();
            Gate.serve(peer, "x");
            first.outcome();
            endpoint.health().missed(Failure.CONNECT_REFUSED);
            gate.until("an idle connection shows it", () -> endpoint.health().isAvailable());
            assertThat(endpoint.pool().figures().opened()).isEqualTo(1);
        }
    }

    @Test
    void leavesOutAnEndpointWhoseNameCannotBeResolved() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand()) {
            Upstream upstream = upstream(
                    Balance.LEAST_REQUEST,
                    List.of(
                            new UpstreamConfig.Endpoint(new HostPort("name.invalid", 80), 1000),
                            new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", backend.port()), 1)));
            Endpoint unresolved = upstream.endpoints().get(0);
            assertThat(unresolved.isUnresolved()).isTrue();
            assertThat(unresolved.health().isAvailable()).isFalse();
            for (int i = 0; i < 100; i++) {
                assertThat(upstream.pick()).isSameAs(upstream.endpoints().get(1));
            }
        }
    }

    @Test
    void refusesLeasesOfAnEndpointWhoseNameCannotBeResolved() {
        Upstream upstream = upstream(
                Balance.LEAST_REQUEST, List.of(new UpstreamConfig.Endpoint(new HostPort("name.invalid", 80), 1)));
        assertThat(upstream.pick()).isNull();
        Endpoint only = upstream.endpoints().getFirst();
        Attempt attempt = new Attempt(only.pool(), loops.all().getFirst()).lease();
        assertThat(attempt.next()).isEqualTo("refused NAME_UNRESOLVED");
        assertThat(only.inFlight()).isZero();
        assertThat(only.pool().figures().waiting()).isZero();
    }

    @Test
    void resolvesNames() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand()) {
            Upstream upstream = upstream(
                    Balance.LEAST_REQUEST,
                    List.of(new UpstreamConfig.Endpoint(new HostPort("localhost", backend.port()), 1)));
            upstream.awaitNames(System.nanoTime() + 10_000_000_000L);
            assertThat(upstream.endpoints().getFirst().isUnresolved()).isFalse();
            assertThat(upstream.endpoints().getFirst().address()).isEqualTo("localhost=127.0.0.1:" + backend.port());
        }
    }
}
