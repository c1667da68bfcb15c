package io.sluice.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.testing.AdminClient;
import io.sluice.testing.Await;
import io.sluice.testing.HttpText;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** The end of a gateway, asked for over its API. */
final class LifeTest extends OnSetting {
    private WireMessage post(String path) throws IOException {
        return setting.admin().send("POST", path, "");
    }

    private JsonNode progress() {
        try {
            return AdminClient.json(setting.admin().get("/api/v1/drain"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean refusesClients() {
        try {
            setting.client().close();
            return false;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void drainsAndLetsFinishWhatRuns() throws Exception {
        try (RawPeer parked = setting.client();
                RawPeer busy = setting.client()) {
            parked.send(HttpText.get("/fixed/")).response(204);
            busy.send(HttpText.get("/"));
            RawPeer server = setting.backend.accept();
            server.request();
            assertThat(progress().get("phase").asText()).isEqualTo("none");
            WireMessage response = post("/api/v1/drain");

            assertThat(response.status()).isEqualTo(202);
            assertThat(AdminClient.json(response).get("status").asText()).isEqualTo("draining");
            assertThat(AdminClient.json(response).get("connections").asInt()).isEqualTo(2);
            assertThat(AdminClient.json(response).get("timeoutMs").asInt()).isEqualTo(30_000);
            parked.expectEnd();
            assertThat(setting.admin().get("/readyz").status()).isEqualTo(503);
            Await.until("no more clients", this::refusesClients);
            Await.until("one is left", () -> progress().get("left").asInt() == 1);
            assertThat(progress().get("phase").asText()).isEqualTo("closing");
            server.send(HttpText.ok("done"));
            assertThat(busy.response(200).value("connection")).isEqualTo("close");
        }
        Await.until("the end", () -> progress().get("phase").asText().equals("ended"));
        assertThat(progress().get("connections").asInt()).isEqualTo(2);
        assertThat(setting.admin().get("/healthz").status()).isEqualTo(200);
    }

    @Test
    void takesASecondDrainForTheSame() throws Exception {
        assertThat(post("/api/v1/drain").status()).isEqualTo(202);
        assertThat(post("/api/v1/drain").status()).isEqualTo(202);

        Await.until("not ready", () -> !setting.gateway.isReady());
    }

    @Test
    void leavesTheEndToWhoStartedIt() throws Exception {
        assertThat(post("/api/v1/shutdown").status()).isEqualTo(409);
        assertThat(setting.gateway.isReady()).isTrue();
    }
}
