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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finished exchanges, as they happen. */
final class TapStreamTest extends OnSetting {
    private static final String PATH = "/api/v1/tap";

    /** It listens when this returns. */
    private AdminClient.Events tap(String query) throws IOException {
        AdminClient.Events events = setting.admin().events(PATH + query);
        assertThat(events.head().status()).isEqualTo(200);
        assertThat(events.block()).isEqualTo(": listening");
        return events;
    }

    @Test
    void tellsOfAnExchangeWhatTheAccessLogWould() throws Exception {
        try (AdminClient.Events tap = tap("");
                RawPeer client = setting.client()) {
            client.send(HttpText.post("/orders/7", "body"));
            RawPeer server = setting.backend.accept();
            WireMessage request = server.request();
            server.send(HttpText.ok("done!"));
            client.response(200);

            JsonNode seen = tap.next("exchange");
            assertThat(seen.get("route").asText()).isEqualTo("all");
            assertThat(seen.get("listener").asText()).isEqualTo("web");
            assertThat(seen.get("client").asText()).isEqualTo("127.0.0.1");
            assertThat(seen.get("method").asText()).isEqualTo("POST");
            assertThat(seen.get("host").asText()).isEqualTo("example.test");
            assertThat(seen.get("path").asText()).isEqualTo("/orders/7");
            assertThat(seen.get("status").asInt()).isEqualTo(200);
            assertThat(seen.get("failure").isNull()).isTrue();
            assertThat(seen.get("upstream").asText()).isEqualTo("orders");
            assertThat(seen.get("endpoint").asText()).isEqualTo(setting.backend.endpoint());
            assertThat(seen.get("attempts").asInt()).isEqualTo(1);
            assertThat(seen.get("requestBytes").asInt()).isEqualTo(4);
            assertThat(seen.get("responseBytes").asInt()).isEqualTo(5);
            assertThat(seen.get("durationMs").asDouble()).isPositive();
            assertThat(seen.get("config").asInt()).isEqualTo(1);
            assertThat(seen.get("requestId").asText()).isEqualTo(request.value("x-request-id"));
        }
    }

    @Test
    void tellsNoQueryNoCookieAndNoCredentials() throws Exception {
        try (AdminClient.Events tap = tap("?limit=1");
                RawPeer client = setting.client()) {
            client.send(HttpText.request(
                            "GET /fixed/a?key=SECRET HTTP/1.1",
                            "Cookie: session=SECRET",
                            "Authorization: Bearer SECRET",
                            "X-Key: SECRET"))
                    .response(204);

            assertThat(tap.next("exchange").toString()).contains("/fixed/a").doesNotContain("SECRET");
            tap.expectEnd();
        }
    }

    @Test
    void tellsOnlyWhatIsAskedFor() throws Exception {
        try (AdminClient.Events failed = tap("?cause=any");
                AdminClient.Events refused = tap("?cause=connect-refused&status=502");
                AdminClient.Events fixed = tap("?route=fixed&status=2xx");
                RawPeer client = setting.client()) {
            client.send(HttpText.get("/fixed/a")).response(204);
            client.send(HttpText.get("/nowhere/b")).response(502);
            client.send(HttpText.get("/fixed/c")).response(204);

            assertThat(failed.next("exchange").get("path").asText()).isEqualTo("/nowhere/b");
            JsonNode seen = refused.next("exchange");
            assertThat(seen.get("path").asText()).isEqualTo("/nowhere/b");
            assertThat(seen.get("failure").asText()).isEqualTo("connect-refused");
            assertThat(fixed.next("exchange").get("path").asText()).isEqualTo("/fixed/a");
            assertThat(fixed.next("exchange").get("path").asText()).isEqualTo("/fixed/c");
        }
    }

    @Test
    void tellsOfSlowExchangesAlone() throws Exception {
        try (AdminClient.Events tap = tap("?slowerThan=30ms");
                RawPeer client = setting.client()) {
            client.send(HttpText.get("/slow"));
            RawPeer server = setting.backend.accept();
            server.request();
            long begun = System.nanoTime();
            Await.until("it is slow", () -> System.nanoTime() - begun > 40_000_000);
            server.send(HttpText.ok("done"));
            client.response(200);
            JsonNode seen = tap.next("exchange");

            assertThat(seen.get("path").asText()).isEqualTo("/slow");
            assertThat(seen.get("durationMs").asDouble()).isGreaterThan(30);
        }
    }

    @Test
    void countsWhatItHadToDrop() throws Exception {
        try (AdminClient.Events tap = tap("");
                RawPeer client = setting.client()) {
            StringBuilder burst = new StringBuilder();
            for (int i = 0; i < 2000; i++) {
                burst.append(HttpText.get("/fixed/" + i));
            }
            client.send(burst.toString());
            for (int i = 0; i < 2000; i++) {
                client.response(204);
            }
            int told = 0;
            long dropped = 0;
            while (told + dropped < 2000) {
                String block = tap.block();
                if (block.startsWith("event: dropped")) {
                    dropped = Long.parseLong(block.replaceAll("\\D+", ""));
                } else {
                    told++;
                }
            }
            assertThat(told + dropped).isEqualTo(2000);
        }
    }

    @Test
    void takesABoundedNumberOfListenersAndForgetsThoseWhoLeave() throws Exception {
        List<AdminClient.Events> all = new ArrayList<>();
        try {
            for (int i = 0; i < TapCalls.MOST; i++) {
                all.add(tap(""));
            }
            assertThat(setting.admin().get(PATH).status()).isEqualTo(503);
        } finally {
            for (AdminClient.Events each : all) {
                each.close();
            }
        }
        Await.until("places are free", () -> {
            try (AdminClient.Events again = setting.admin().events(PATH)) {
                return again.head().status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?status=6xx",
                "?status=20",
                "?cause=bad-luck",
                "?slowerThan=soon",
                "?sample=0",
                "?sample=1.5",
                "?limit=0",
                "?path=/"
            })
    void saysWhatAParameterShouldLookLike(String query) throws IOException {
        assertThat(setting.admin().get(PATH + query).status()).isEqualTo(400);
    }
}
