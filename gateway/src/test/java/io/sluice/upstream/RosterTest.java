package io.sluice.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.GatewayConfig.Transport;
import io.sluice.config.HealthConfig;
import io.sluice.config.HostPort;
import io.sluice.config.UpstreamConfig;
import io.sluice.config.UpstreamConfig.Balance;
import io.sluice.http.Failure;
import io.sluice.testing.Await;
import io.sluice.wire.Loops;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which endpoints may be picked, by the rules in their order. */
final class RosterTest {
    private static final int PICKS = 10_000;
    private static final HealthConfig USUAL = HealthConfig.USUAL;
    private static Loops loops;

    private final List<Upstream> made = new ArrayList<>();

    @BeforeAll
    static void open() {
        loops = new Loops(Transport.AUTO, 1);
    }

    @AfterAll
    static void close() {
        loops.close();
    }

    @AfterEach
    void retire() {
        made.forEach(Upstream::retire);
    }

    private Upstream upstream(Balance balance, HealthConfig health, int primaries, int backups) {
        List<UpstreamConfig.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < primaries + backups; i++) {
            endpoints.add(new UpstreamConfig.Endpoint(new HostPort("127.0.0.1", 1 + i), 1, i >= primaries));
        }
        Upstream upstream = new Upstream(
                new UpstreamConfig(
                        "test", endpoints, Gate.limits().connections(), UpstreamConfig.Protocol.HTTP1, balance, health),
                loops);
        made.add(upstream);
        return upstream;
    }

    private Upstream upstream(int primaries, int backups) {
        return upstream(Balance.LEAST_REQUEST, panic(10), primaries, backups);
    }

    private static HealthConfig panic(int percent) {
        return new HealthConfig(null, USUAL.ejection(), percent, Duration.ZERO, USUAL.retries());
    }

    private static HealthConfig slowStart(Duration duration) {
        return new HealthConfig(null, USUAL.ejection(), 10, duration, USUAL.retries());
    }

    private static Health health(Upstream upstream, int endpoint) {
        return upstream.endpoints().get(endpoint).health();
    }

    private static void set(Upstream upstream, int endpoint, Manual.State state, int weight) throws Exception {
        set(upstream, endpoint, new Manual(state, weight, Instant.now(), "test"));
    }

    private static void set(Upstream upstream, int endpoint, Manual manual) throws Exception {
        upstream.set(upstream.endpoints().get(endpoint), manual).get(10, TimeUnit.SECONDS);
    }

    /** What was told has been seen to. */
    private static void settle(Upstream upstream) throws Exception {
        set(upstream, 0, health(upstream, 0).manual());
    }

    private static void eject(Upstream upstream, int... endpoints) throws Exception {
        loops.aside()
                .execute(() -> Arrays.stream(endpoints)
                        .forEach(endpoint -> health(upstream, endpoint).eject(Ejections.Cause.FAILURES, "test")));
        settle(upstream);
    }

    private static void miss(Upstream upstream, int... endpoints) throws Exception {
        for (int endpoint : endpoints) {
            health(upstream, endpoint).missed(Failure.CONNECT_REFUSED);
        }
        settle(upstream);
    }

    /** Those that are picked. */
    private static List<Integer> picked(Upstream upstream) {
        int[] counts = counts(upstream);
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                picked.add(i);
            }
        }
        return picked;
    }

    private static int[] counts(Upstream upstream) {
        int[] counts = new int[upstream.endpoints().size()];
        for (int i = 0; i < PICKS; i++) {
            Endpoint endpoint = upstream.pick();
            if (endpoint != null) {
                counts[upstream.endpoints().indexOf(endpoint)]++;
            }
        }
        return counts;
    }

    @ParameterizedTest
    @EnumSource
    void usesBackupsOnlyWhileNoOtherIsAvailable(Balance balance) throws Exception {
        Upstream upstream = upstream(balance, panic(10), 2, 2);
        assertThat(picked(upstream)).containsExactly(0, 1);
        miss(upstream, 0);
        assertThat(picked(upstream)).containsExactly(1);
        eject(upstream, 1);
        assertThat(picked(upstream)).containsExactly(2, 3);
        assertThat(upstream.panics()).isFalse();
        health(upstream, 0).reached();
        settle(upstream);
        assertThat(picked(upstream)).containsExactly(0);
    }

    @ParameterizedTest
    @EnumSource
    void neverUsesDrainedOnes(Balance balance) throws Exception {
        Upstream upstream = upstream(balance, panic(100), 2, 0);
        set(upstream, 0, Manual.State.DRAIN, 0);
        assertThat(picked(upstream)).containsExactly(1);
        eject(upstream, 1);
        assertThat(picked(upstream)).containsExactly(1);
        set(upstream, 1, Manual.State.DRAIN, 0);
        assertThat(upstream.pick()).isNull();
        assertThat(upstream.pickOther(List.of())).isNull();
    }

    @Test
    void ignoresEjectionsWhenFewerAreAvailableThanThePanicThreshold() throws Exception {
        Upstream upstream = upstream(Balance.RANDOM, panic(50), 4, 1);
        eject(upstream, 0, 1);
        assertThat(picked(upstream)).containsExactly(2, 3);
        assertThat(upstream.panics()).isFalse();
        eject(upstream, 2);
        assertThat(picked(upstream)).containsExactly(0, 1, 2, 3);
        assertThat(upstream.panics()).isTrue();
    }

    @Test
    void leavesThoseOutInAPanicThatTakeNoConnections() throws Exception {
        Upstream upstream = upstream(Balance.RANDOM, panic(50), 4, 0);
        eject(upstream, 0, 1);
        miss(upstream, 2);
        assertThat(picked(upstream)).containsExactly(0, 1, 3);
    }

    @Test
    void usesAllThatTakeConnectionsWhereNoneIsAvailable() throws Exception {
        Upstream upstream = upstream(Balance.RANDOM, panic(0), 3, 1);
        miss(upstream, 0, 3);
        eject(upstream, 1, 2);
        assertThat(picked(upstream)).containsExactly(1, 2);
        assertThat(upstream.panics()).isTrue();
        miss(upstream, 1, 2);
        assertThat(picked(upstream)).containsExactly(0, 1, 2);
    }

    @Test
    void triesAnAvailableOneElsewhereEvenInAPanic() throws Exception {
        Upstream upstream = upstream(Balance.RANDOM, panic(100), 4, 0);
        eject(upstream, 0, 1, 2);
        for (int i = 0; i < 100; i++) {
            assertThat(upstream.pickOther(List.of(upstream.endpoints().getFirst())))
                    .isSameAs(upstream.endpoints().get(3));
        }
    }

    @Test
    void triesABackupWhereAllOthersHaveFailedIt() {
        Upstream upstream = upstream(1, 1);
        assertThat(upstream.pickOther(List.of(upstream.endpoints().get(0))))
                .isSameAs(upstream.endpoints().get(1));
    }

    @Test
    void usesAnEjectedOneThatSomebodyHasMadeReady() throws Exception {
        Upstream upstream = upstream(2, 0);
        eject(upstream, 0);
        assertThat(picked(upstream)).containsExactly(1);
        set(upstream, 0, Manual.State.READY, 0);
        assertThat(picked(upstream)).containsExactly(0, 1);
        miss(upstream, 0);
        assertThat(picked(upstream)).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void countsTheWeightThatWasSetByHand(Balance balance) throws Exception {
        Upstream upstream = upstream(balance, panic(10), 2, 0);
        set(upstream, 0, new Manual(null, 4, Instant.now(), "test"));
        assertThat(counts(upstream)[0]).isBetween(PICKS * 75 / 100, PICKS * 85 / 100);
    }

    @ParameterizedTest
    @EnumSource
    void startsSlowlyWithWhoIsBack(Balance balance) throws Exception {
        Upstream upstream = upstream(balance, slowStart(Duration.ofHours(1)), 2, 0);
        assertThat(counts(upstream)[0]).isBetween(PICKS * 45 / 100, PICKS * 55 / 100);
        miss(upstream, 0);
        health(upstream, 0).reached();
        settle(upstream);
        assertThat(health(upstream, 0).figures().share()).isEqualTo(10);
        // a tenth against the whole weight of the other one
        assertThat(counts(upstream)[0]).isBetween(PICKS * 6 / 100, PICKS * 12 / 100);
    }

    @Test
    void givesAllOfItsShareInTheEndToWhoIsBack() throws Exception {
        Upstream upstream = upstream(Balance.ROUND_ROBIN, slowStart(Duration.ofMillis(200)), 2, 0);
        miss(upstream, 0);
        health(upstream, 0).reached();
        settle(upstream);
        Await.until(
                "all of its share",
                () -> counts(upstream)[0] == PICKS / 2 && health(upstream, 0).share() == 100);
    }

    @Test
    void startsSlowlyAfterAnEjection() throws Exception {
        HealthConfig.Ejection brief = new HealthConfig.Ejection(
                5, false, 50, Duration.ofSeconds(10), 20, Duration.ofMillis(100), Duration.ofSeconds(1), 50);
        Upstream upstream =
                upstream(Balance.RANDOM, new HealthConfig(null, brief, 10, Duration.ofHours(1), USUAL.retries()), 2, 0);
        eject(upstream, 0);
        Await.until("it is back", () -> health(upstream, 0).isAvailable());
        settle(upstream);
        assertThat(health(upstream, 0).share()).isEqualTo(10);
        assertThat(health(upstream, 0).figures().history())
                .extracting(HealthFigures.Change::to)
                .containsExactly(HealthState.EJECTED, HealthState.AVAILABLE);
    }

    @Test
    void ejectsLongerEachTime() throws Exception {
        HealthConfig.Ejection hours = new HealthConfig.Ejection(
                5, false, 50, Duration.ofSeconds(10), 20, Duration.ofHours(1), Duration.ofHours(3), 50);
        Upstream upstream =
                upstream(Balance.RANDOM, new HealthConfig(null, hours, 10, Duration.ZERO, USUAL.retries()), 2, 0);
        for (int expected : new int[] {1, 2, 3, 3}) {
            eject(upstream, 0);
            Duration left = Duration.ofNanos(health(upstream, 0).figures().ejectedNanos());
            assertThat(left).isBetween(Duration.ofMinutes(54L * expected - 1), Duration.ofMinutes(66L * expected));
        }
        assertThat(health(upstream, 0).figures().ejections()).containsEntry("failures", 4L);
    }

    @Test
    void keepsTheLatestChanges() throws Exception {
        Upstream upstream = upstream(2, 0);
        for (int i = 0; i < 30; i++) {
            set(upstream, 0, i % 2 == 0 ? Manual.State.DRAIN : Manual.State.READY, 0);
        }
        List<HealthFigures.Change> history = health(upstream, 0).figures().history();
        assertThat(history).hasSize(20);
        assertThat(history.getLast().to()).isEqualTo(HealthState.AVAILABLE);
        assertThat(history.get(18).because()).isEqualTo("drained by test");
    }
}
