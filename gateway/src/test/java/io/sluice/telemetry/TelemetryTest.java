package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.telemetry.ConnectionStates.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TelemetryTest {
    private final Telemetry telemetry = new Telemetry();
    private final RouteMetrics route = telemetry.route("orders");

    @AfterEach
    void close() {
        telemetry.close();
    }

    @Test
    void countsRequestsByRouteAndStatusClass() {
        telemetry.finished(Finished.ok(route));
        telemetry.finished(Finished.ok(route).status(204));
        telemetry.finished(Finished.ok(route).status(503));
        telemetry.finished(Finished.ok(telemetry.route("other")));

        assertThat(requests("orders", "2xx")).isEqualTo(2);
        assertThat(requests("orders", "5xx")).isEqualTo(1);
        assertThat(requests("other", "2xx")).isEqualTo(1);
    }

    @Test
    void countsAnExchangeWithoutAStatusAsNone() {
        telemetry.finished(Finished.ok(route).status(0).failure(Failure.CLIENT_GONE));

        assertThat(requests("orders", "none")).isEqualTo(1);
    }

    @Test
    void countsWhatReachedNoRouteUnderAnEmptyLabel() {
        telemetry.finished(Finished.ok(telemetry.unrouted()).status(404).failure(Failure.NO_ROUTE));

        assertThat(requests("", "4xx")).isEqualTo(1);
    }

    @Test
    void countsFailuresByCauseAndSide() {
        telemetry.finished(Finished.ok(route).status(503).failure(Failure.QUEUE_FULL));
        telemetry.finished(Finished.ok(route));

        String[] labels = {"route", "cause", "side"};
        assertThat(value("sluice_failures_total", labels, "orders", "queue-full", "gateway"))
                .isEqualTo(1);
        assertThat(samples("sluice_failures")).hasSize(1);
    }

    @Test
    void putsALatencyOnABoundIntoThatBucket() {
        telemetry.finished(Finished.ok(route).nanos(1_000_000));
        telemetry.finished(Finished.ok(route).nanos(1_000_001));

        assertThat(bucket("5.0E-4")).isEqualTo(0);
        assertThat(bucket("0.001")).isEqualTo(1);
        assertThat(bucket("0.0025")).isEqualTo(2);
    }

    @Test
    void putsALatencyBeyondAllBoundsIntoTheLastBucket() {
        telemetry.finished(Finished.ok(route).nanos(60_000_000_000L));

        assertThat(bucket("10.0")).isEqualTo(0);
        assertThat(bucket("+Inf")).isEqualTo(1);
        assertThat(value("sluice_request_duration_seconds_sum", new String[] {"route"}, "orders"))
                .isEqualTo(60);
        assertThat(value("sluice_request_duration_seconds_count", new String[] {"route"}, "orders"))
                .isEqualTo(1);
    }

    @Test
    void addsUpBodyBytes() {
        telemetry.finished(Finished.ok(route).bytes(3, 10));
        telemetry.finished(Finished.ok(route).bytes(0, 5));

        String[] labels = {"route"};
        assertThat(value("sluice_request_body_bytes_total", labels, "orders")).isEqualTo(3);
        assertThat(value("sluice_response_body_bytes_total", labels, "orders")).isEqualTo(15);
    }

    @Test
    void losesNoCountAmongThreads() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 10_000; n++) {
                    telemetry.finished(Finished.ok(route).failure(Failure.UPSTREAM_CLOSED));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(requests("orders", "2xx")).isEqualTo(40_000);
        assertThat(bucket("+Inf")).isEqualTo(40_000);
        String[] labels = {"route", "cause", "side"};
        assertThat(value("sluice_failures_total", labels, "orders", "upstream-closed", "upstream"))
                .isEqualTo(40_000);
    }

    @Test
    void givesTheSameRowForTheSameName() {
        assertThat(telemetry.route("orders")).isSameAs(route);
        assertThat(telemetry.listener("web")).isSameAs(telemetry.listener("web"));
    }

    @Test
    void hasNoSamplesOfARouteBeforeItsFirstExchange() {
        assertThat(samples("sluice_requests")).isEmpty();
    }

    @Test
    void forgetsRoutesThatTheConfigNamesNoMore() {
        telemetry.finished(Finished.ok(route));
        telemetry.finished(Finished.ok(telemetry.route("other")));

        telemetry.retain(Set.of("other"), Set.of());

        assertThat(requests("orders", "2xx")).isNull();
        assertThat(requests("other", "2xx")).isEqualTo(1);
    }

    @Test
    void keepsTheRowOfNoRouteWhateverTheConfigNames() {
        telemetry.finished(Finished.ok(telemetry.unrouted()));

        telemetry.retain(Set.of(), Set.of());

        assertThat(requests("", "2xx")).isEqualTo(1);
    }

    @Test
    void countsClientConnectionsByListener() {
        ConnectionMetrics web = telemetry.listener("web");
        web.opened();
        web.opened();
        web.rejected(ConnectionMetrics.Rejection.CONNECTIONS);
        web.rested(ConnectionMetrics.Rest.FAILED);
        web.rested(ConnectionMetrics.Rest.FAILED);

        String[] labels = {"listener"};
        assertThat(value("sluice_client_connections_opened_total", labels, "web"))
                .isEqualTo(2);
        String[] causes = {"listener", "cause"};
        assertThat(value("sluice_client_connections_rejected_total", causes, "web", "connections"))
                .isEqualTo(1);
        assertThat(value("sluice_accept_rests_total", causes, "web", "failed")).isEqualTo(2);
        assertThat(value("sluice_accept_rests_total", causes, "web", "connections"))
                .isZero();
    }

    @Test
    void countsClientConnectionsByStateAndLoop() {
        ConnectionMetrics web = telemetry.listener("web");
        web.parkedBytes(150);
        web.states(0).change(null, State.HANDSHAKING);
        web.states(1).change(null, State.HANDSHAKING);
        web.states(1).change(null, State.HANDSHAKING);
        web.states(1).change(State.HANDSHAKING, State.ACTIVE);
        web.states(1).change(State.ACTIVE, State.PARKED);
        web.states(0).change(State.HANDSHAKING, State.DRAINING);
        web.states(0).change(State.DRAINING, null);

        assertThat(web.counts()).isEqualTo(new ConnectionCounts(1, 0, 1, 0));
        assertThat(inState("handshaking")).isEqualTo(1);
        assertThat(inState("active")).isZero();
        assertThat(inState("parked")).isEqualTo(1);
        assertThat(inState("draining")).isZero();
        assertThat(value("sluice_client_parked_bytes", new String[] {"listener"}, "web"))
                .isEqualTo(150);
        web.states(0).heavier(1000);
        web.states(1).heavier(500);
        web.states(0).heavier(-800);
        assertThat(value("sluice_client_parked_bytes", new String[] {"listener"}, "web"))
                .isEqualTo(850);
        assertThat(web.parkedBytesEach(web.counts())).isEqualTo(850);
        assertThat(web.parkedBytesEach(ConnectionCounts.NONE)).isEqualTo(150);
    }

    @Test
    void neverMissesAConnectionThatChanges() throws InterruptedException {
        ConnectionMetrics web = telemetry.listener("web");
        ConnectionStates states = web.states(0);
        for (int i = 0; i < 3; i++) {
            states.change(null, State.PARKED);
        }
        AtomicBoolean ended = new AtomicBoolean();
        Thread loop = Thread.ofPlatform().start(() -> {
            while (!ended.get()) {
                states.change(State.PARKED, State.ACTIVE);
                states.change(State.ACTIVE, State.PARKED);
            }
        });
        try {
            for (int i = 0; i < 100_000; i++) {
                assertThat(web.counts().total()).isEqualTo(3);
            }
        } finally {
            ended.set(true);
            loop.join();
        }
    }

    @Test
    void countsExchangesThatOpenedAConnection() {
        telemetry.finished(Finished.ok(route));
        telemetry.finished(Finished.ok(route).onNewConnection());
        telemetry.finished(Finished.ok(telemetry.unrouted()));

        assertThat(value("sluice_requests_on_new_connection_total", new String[] {"route"}, "orders"))
                .isEqualTo(1);
        assertThat(telemetry.served()).isEqualTo(new Telemetry.Served(3, 1));
    }

    @Test
    void keepsTheRowOfARemovedListenerWhileConnectionsAreOpen() {
        ConnectionMetrics web = telemetry.listener("web");
        web.states(0).change(null, State.ACTIVE);
        telemetry.retain(Set.of(), Set.of());
        assertThat(inState("active")).isEqualTo(1);

        web.states(0).change(State.ACTIVE, null);
        telemetry.retain(Set.of(), Set.of());

        assertThat(inState("active")).isNull();
    }

    private @Nullable Double inState(String state) {
        return value("sluice_client_connections", new String[] {"listener", "state"}, "web", state);
    }

    private @Nullable Double requests(String of, String status) {
        return value("sluice_requests_total", new String[] {"route", "status"}, of, status);
    }

    private @Nullable Double bucket(String bound) {
        return value("sluice_request_duration_seconds_bucket", new String[] {"route", "le"}, "orders", bound);
    }

    private @Nullable Double value(String name, String[] labels, String... values) {
        return telemetry.registry().getSampleValue(name, labels, values);
    }

    private List<?> samples(String family) {
        for (var found : Collections.list(telemetry.registry().metricFamilySamples())) {
            if (found.name.equals(family)) {
                return found.samples;
            }
        }
        throw new AssertionError("no family " + family);
    }
}
