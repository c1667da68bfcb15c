package io.sluice;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The running gateway that a command asks over its admin API: which one, and with what token. */
final class RemoteGateway {
    /** For a connection, and for the head of an answer that is not computed first. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int LARGEST = 64 << 20;
    private static final int LONGEST_REFUSAL = 8192;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-a", "--admin"},
            paramLabel = "HOST:PORT",
            description = "The gateway's admin listener (default: ${DEFAULT-VALUE}).")
    private String admin = "127.0.0.1:9900";

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with admin.token or admin.readToken (default: the environment variable SLUICE_ADMIN_TOKEN).")
    private @Nullable Path tokenFile;

    /**
     * An answer of the gateway.
     *
     * @param body null: it is none
     */
    record Answer(int status, JsonNode body, @Nullable String etag) {}

    /** As it was given. */
    String name() {
        return admin;
    }

    /** A request to it, with the token. */
    HttpRequest.Builder request(String path) {
        try {
            URI uri = URI.create((admin.contains("://") ? admin : "http://" + admin) + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("accept", "application/json");
            String token = token();
            if (token != null) {
                request.header("authorization", "Bearer " + token);
            }
            return request;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "--admin: " + admin + " (expected: host:port, and a token of one line)", e);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "--token-file: " + tokenFile + " (expected: a file that can be read)", e);
        }
    }

    private @Nullable String token() throws IOException {
        return tokenFile == null
                ? System.getenv("SLUICE_ADMIN_TOKEN")
                : Files.readString(tokenFile).strip();
    }

    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    /** What the gateway answers; null, and told, if it does not or not with success. */
    @Nullable
    Answer ask(HttpRequest request) throws InterruptedException {
        try (HttpClient client = client()) {
            HttpResponse<InputStream> response = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .get(LONGEST.toSeconds(), TimeUnit.SECONDS);
            try (InputStream body = response.body()) {
                if (response.statusCode() / 100 != 2) {
                    failed(refusal(response.statusCode(), body));
                    return null;
                }
                JsonNode read = new ObjectMapper().readTree(body.readNBytes(LARGEST));
                return new Answer(
                        response.statusCode(),
                        read,
                        response.headers().firstValue("etag").orElse(null));
            } finally {
                client.shutdownNow();
            }
        } catch (JacksonException e) {
            failed("not the answer of a gateway");
        } catch (IOException e) {
            failed("the connection has broken: " + e.getMessage());
        } catch (ExecutionException | TimeoutException e) {
            failed(unreachable());
        }
        return null;
    }

    /**
     * Changes the config, if nobody else does meanwhile.
     *
     * @return null, and told: it could not be
     */
    @Nullable
    Answer change(String path, String json) throws InterruptedException {
        Answer now = ask(request("/api/v1/config").build());
        return now == null
                ? null
                : ask(request(path)
                        .header("content-type", "application/json")
                        .header("if-match", String.valueOf(now.etag()))
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build());
    }

    static String unreachable() {
        return "can't be reached (expected: the admin listener of a running gateway)";
    }

    /** Tells it; returns the exit code. */
    int failed(String why) {
        spec.commandLine().getErr().println(admin + ": " + why);
        return 1;
    }

    /** What an answer that is no success says. */
    static String refusal(int status, InputStream body) throws IOException {
        byte[] text = body.readNBytes(LONGEST_REFUSAL);
        try {
            JsonNode node = new ObjectMapper().readTree(text);
            if (node != null && node.has("problems")) {
                return status + ", "
                        + TopView.printable(node.at("/problems/0/message").asText());
            }
            return status + ", "
                    + TopView.printable(node == null ? "" : node.path("error").asText()) + " (expected: "
                    + TopView.printable(
                            node == null ? "" : node.path("expected").asText()) + ")";
        } catch (JacksonException e) {
            return status + " (expected: the admin listener of a gateway)";
        }
    }
}
