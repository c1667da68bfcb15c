package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Counters of the routes that were hit. */
final class RouteFiguresTest extends OnSetting {
    private JsonNode routes(String query) {
        try {
            String body = setting.admin().get("/api/v1/routes/figures" + query).body();
            return new ObjectMapper().readTree(body).get("routes");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void ask(String path, int status) throws IOException {
        try (var client = setting.client()) {
            client.send(HttpText.head("GET " + path + " HTTP/1.1", "Host: a.example"))
                    .response(status);
        }
    }

    @Test
    void tellsOnlyRoutesThatWereHitAndWhen() throws Exception {
        assertThat(routes("")).isEmpty();

        Instant before = Instant.now();
        ask("/fixed/1", 204);
        Await.until("it is counted", () -> !routes("").isEmpty());

        JsonNode route = routes("").get(0);
        assertThat(routes("")).hasSize(1);
        assertThat(route.get("name").asText()).isEqualTo("fixed");
        assertThat(route.at("/status/2xx").asInt()).isEqualTo(1);
        assertThat(route.get("failures")).isEmpty();
        Instant last = Instant.parse(route.get("lastHit").asText());
        assertThat(last).isBetween(before.minusSeconds(2), Instant.now());
    }

    @Test
    void countsFailuresByCauseAndEachExchangeInOneBucket() throws Exception {
        ask("/nowhere/1", 502);
        ask("/nowhere/2", 502);
        Await.until(
                "both are counted", () -> routes("").path(0).at("/status/5xx").asInt() == 2);

        JsonNode route = routes("").get(0);
        int buckets = 0;
        for (JsonNode bucket : route.get("latency")) {
            buckets += bucket.asInt();
        }
        assertThat(buckets).isEqualTo(2);
        assertThat(route.get("failures")
                        .properties()
                        .iterator()
                        .next()
                        .getValue()
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void leavesOutWhatWasNotHitSince() throws Exception {
        ask("/fixed/1", 204);
        Await.until("it is counted", () -> !routes("").isEmpty());

        assertThat(routes("?since=" + Instant.now().minus(Duration.ofMinutes(1))))
                .hasSize(1);
        assertThat(routes("?since=" + Instant.now().plus(Duration.ofMinutes(1))))
                .isEmpty();
        assertThat(setting.admin().get("/api/v1/routes/figures?since=noon").status())
                .isEqualTo(400);
    }
}
