package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
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
import org.junit.jupiter.params.provider.EnumSource;

/** How many exchanges and connections there may be at once. */
final class UnderWayLimitsTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    UnderWayLimitsTest() throws IOException {}

    /** Where one exchange is allowed. */
    enum One {
        PROCESS(Failure.GATEWAY_BUSY),
        ROUTE(Failure.ROUTE_BUSY);

        private final Failure failure;

        One(Failure failure) {
            this.failure = failure;
        }

        Setup setup(ScriptedBackend backend) {
            Setup setup = Setup.of(backend);
            return this == PROCESS ? setup.top("limits: { exchanges: 1 }") : setup.route("limits: { exchanges: 1 }");
        }
    }

    /** A request that the backend has and does not answer yet. */
    private RawPeer occupy(RawPeer client) throws Exception {
        client.send(get("/occupy"));
        RawPeer upstream = backend.accept();
        upstream.request();
        return upstream;
    }

    private static void expectBusy(One one, RawPeer client) throws IOException {
        WireMessage refused = expectFailure(client.send(get("/refused")), one.failure);
        assertThat(refused.value("retry-after")).isEqualTo("1");
        assertThat(refused.names("connection", "close")).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void answers503WhileThereAreAsManyAsThereMayBe(One one) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(one.setup(backend));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            RawPeer upstream = occupy(first);

            expectBusy(one, second);
            expectBusy(one, second);

            upstream.send(ok("first"));
            first.response(200);
            second.send(get("/"));
            // the one connection is kept, and taken over by the loop that wants it
            upstream.request();
            upstream.send(ok("second"));
            assertThat(second.response(200).body()).isEqualTo("second");
            assertThat(gateway.counted(
                            "sluice_failures_total", "route", "all", "cause", one.failure.cause(), "side", "gateway"))
                    .isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsTunnels(One one) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(one.setup(backend));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            first.send(request("GET /chat HTTP/1.1", "Connection: Upgrade", "Upgrade: websocket"));
            RawPeer upstream = backend.accept();
            upstream.request();
            upstream.send(head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"));
            first.response(101);

            expectBusy(one, second);

            first.reset();
            upstream.expectGone();
            Await.until("over", () -> gateway.counted("sluice_requests_total", "route", "all", "status", "1xx") == 1);
            RawPeer next = occupy(second);
            next.send(ok("second"));
            second.response(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void givesThePlaceBackHoweverAnExchangeEnds(One one) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(one.setup(backend))) {
            for (int i = 0; i < 6; i++) {
                int over = i + 1;
                try (RawPeer client = gateway.client()) {
                    RawPeer upstream = occupy(client);
                    switch (i % 3) {
                        case 0 -> client.reset();
                        case 1 -> upstream.reset();
                        default -> upstream.send("nonsense");
                    }
                    Await.until(
                            "over",
                            () -> gateway.counted("sluice_requests_total", "route", "all", "status", "none")
                                            + gateway.counted("sluice_requests_total", "route", "all", "status", "5xx")
                                    == over);
                }
            }
            try (RawPeer client = gateway.client()) {
                occupy(client).send(ok("served"));
                client.response(200);
            }
        }
    }

    @Test
    void leavesOtherRoutesTheirExchanges() throws Exception {
        try (RunningGateway gateway = RunningGateway.of("""
                listeners: { web: { bind: "127.0.0.1:0" } }
                upstreams: { backend: { endpoints: ["%s"] } }
                routes:
                  - { name: fixed, match: { path: /fixed }, respond: { status: 200 } }
                  - { name: all, to: backend, limits: { exchanges: 1 } }
                """.formatted(backend.endpoint()));
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            occupy(first);

            expectBusy(One.ROUTE, second);
            second.send(get("/fixed")).response(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void goesOnCountingOverAReload(One one) throws Exception {
        Setup setup = one.setup(backend);
        try (RunningGateway gateway = RunningGateway.of(setup);
                RawPeer first = gateway.client();
                RawPeer second = gateway.client()) {
            RawPeer upstream = occupy(first);

            gateway.reload(setup.yaml().replace("exchanges: 1", "exchanges: 2"));
            RawPeer other = occupy(second);
            try (RawPeer third = gateway.client()) {
                expectBusy(one, third);
            }
            upstream.send(ok("first"));
            other.send(ok("second"));
            first.response(200);
            second.response(200);
        }
    }

    @Test
    void letsConnectionsOfAllListenersWait() throws Exception {
        try (RunningGateway gateway = RunningGateway.of("""
                limits: { connections: 2 }
                listeners: { web: { bind: "127.0.0.1:0" }, side: { bind: "127.0.0.1:0" } }
                routes: [ { name: all, respond: { status: 200 } } ]
                """);
                RawPeer first = gateway.client();
                RawPeer second = RawPeer.connect(gateway.address("side"))) {
            first.send(get("/")).response(200);
            second.send(get("/")).response(200);

            try (RawPeer third = RawPeer.connect(gateway.address("side"))) {
                third.send(get("/"));
                Await.until(
                        "at rest",
                        () -> gateway.counted("sluice_accept_rests_total", "listener", "side", "cause", "process") > 0);
                assertThat(gateway.connections().total()).isEqualTo(2);

                first.halfClose();
                third.response(200);
            }
        }
    }
}
