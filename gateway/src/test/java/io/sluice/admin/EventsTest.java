package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Live figures. */
final class EventsTest extends OnSetting {
    private static final String PATH = "/api/v1/events";

    private AdminClient.Events events() throws IOException {
        return setting.admin().events(PATH);
    }

    @Test
    void tellsAtOnceWhatIsThereAndFromThenOnWhatHappens() throws Exception {
        try (AdminClient.Events events = events();
                RawPeer client = setting.client()) {
            assertThat(events.head().status()).isEqualTo(200);
            assertThat(events.head().value("content-type")).isEqualTo("text/event-stream");
            assertThat(events.head().value("cache-control")).isEqualTo("no-store");
            JsonNode first = events.next("figures");
            assertThat(first.get("intervalMs").asDouble()).isZero();
            assertThat(first.get("requests").isNull()).isTrue();
            assertThat(first.get("ready").asBoolean()).isTrue();
            client.send(HttpText.get("/fixed/a")).response(204);
            client.send(HttpText.get("/nowhere/a")).response(502);

            double requests = 0;
            double refused = 0;
            double answered = 0;
            JsonNode next = first;
            for (int i = 0; i < 10 && requests < 1.8; i++) {
                next = events.next("figures");
                double seconds = next.get("intervalMs").asDouble() / 1000;
                assertThat(seconds).isGreaterThan(0.9);
                requests += next.at("/requests/requestsPerSecond").asDouble() * seconds;
                refused += next.at("/requests/failures/connect-refused").asDouble() * seconds;
                answered += statuses("fixed", "2xx", next) * seconds;
                // a rate is told in tenths
                assertThat(statuses("nowhere", "5xx", next) * seconds).isBetween(0.0, 1.1);
            }
            assertThat(requests).isBetween(1.8, 2.2);
            assertThat(refused).isBetween(0.8, 1.2);
            assertThat(answered).isBetween(0.8, 1.2);
            assertThat(named("web", next.get("listeners"))
                            .at("/clientConnections/parked")
                            .asInt())
                    .isEqualTo(1);
            assertThat(next.at("/economics/clientConnections/total").asInt()).isEqualTo(1);
            assertThat(events.next("figures").at("/requests/requestsPerSecond").asDouble())
                    .isZero();
        }
    }

    private static double statuses(String route, String kind, JsonNode figures) {
        for (JsonNode row : figures.get("routes")) {
            if (row.get("name").asText().equals(route)) {
                assertThat(row.get("latencyMs").isNull())
                        .isEqualTo(row.get("requestsPerSecond").asDouble() == 0);
                return row.get("status").path(kind).asDouble();
            }
        }
        return 0;
    }

    @Test
    void tellsOfUpstreamsAndTheirEndpoints() throws Exception {
        try (RawPeer client = setting.client()) {
            client.send(HttpText.get("/"));
            RawPeer server = setting.backend.accept();
            server.request();
            try (AdminClient.Events events = events()) {
                JsonNode orders = named("orders", events.next("figures").get("upstreams"));
                assertThat(orders.get("leasesPerSecond").isNull()).isTrue();
                assertThat(orders.at("/endpoints/0/address").asText()).isEqualTo(setting.backend.endpoint());
                assertThat(orders.at("/endpoints/0/used").asInt()).isEqualTo(1);
                server.send(HttpText.ok("done"));
                client.response(200);
                client.send(HttpText.get("/"));
                server.request();

                double leases = 0;
                JsonNode next = orders;
                for (int i = 0; i < 10 && leases == 0; i++) {
                    next = named("orders", events.next("figures").get("upstreams"));
                    leases = next.get("leasesPerSecond").asDouble();
                }
                assertThat(leases).isBetween(0.5, 1.1);
                assertThat(next.at("/endpoints/0/leases").asInt()).isEqualTo(2);
            }
        }
    }

    private static JsonNode named(String name, JsonNode list) {
        for (JsonNode row : list) {
            if (row.get("name").asText().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("no " + name + " in " + list);
    }

    @Test
    void tellsANewcomerTheLatestAtOnceAndAllTheSameThen() throws Exception {
        try (AdminClient.Events one = events()) {
            one.next("figures");
            JsonNode seen = one.next("figures");
            try (AdminClient.Events other = events()) {
                JsonNode latest = other.next("figures");
                assertThat(latest.get("at").asText())
                        .isGreaterThanOrEqualTo(seen.get("at").asText());
                assertThat(latest.get("requests").isNull()).isFalse();
            }
        }
    }

    @Test
    void beginsAnewAfterNobodyWasThere() throws Exception {
        try (AdminClient.Events one = events()) {
            one.next("figures");
        }
        Await.until("the round has ended", () -> {
            try (AdminClient.Events other = events()) {
                return other.next("figures").get("intervalMs").asDouble() == 0;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void takesABoundedNumberOfListeners() throws Exception {
        List<AdminClient.Events> all = new ArrayList<>();
        try {
            for (int i = 0; i < LiveEvents.MOST; i++) {
                all.add(events());
            }
            WireMessage refused = setting.admin().get(PATH);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.value("retry-after")).isEqualTo("1");
        } finally {
            for (AdminClient.Events each : all) {
                each.close();
            }
        }
        Await.until("places are free", () -> {
            try (AdminClient.Events again = events()) {
                return again.head().status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void dropsOneWhoSendsMoreOnTheSameConnection() throws Exception {
        try (RawPeer client = setting.admin().connect()) {
            client.send(setting.admin().request("GET " + PATH + " HTTP/1.1"));
            assertThat(client.head().status()).isEqualTo(200);
            client.send(setting.admin().request("GET /healthz HTTP/1.1"));
            client.expectGone();
        }
    }

    @Test
    void answersHeadWithTheFieldsAlone() throws Exception {
        try (RawPeer client = setting.admin().connect()) {
            for (int i = 0; i < 2 * LiveEvents.MOST; i++) {
                client.send(setting.admin().request("HEAD " + PATH + " HTTP/1.1"));
                assertThat(client.head().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void endsWithTheGateway() throws Exception {
        try (AdminClient.Events events = events()) {
            events.next("figures");
            setting.gateway.close();
            events.expectGone();
        }
    }
}
