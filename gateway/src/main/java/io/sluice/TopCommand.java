package io.sluice;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice top}: what a running gateway does, looked at once a second over its admin API. */
@Command(
        name = "top",
        description =
                "Shows once a second what a running gateway does: requests, routes, upstreams and client connections. "
                        + "Without a terminal each look is printed below the one before. Ctrl-C ends.")
final class TopCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_REFUSAL = 8192;
    private static final String DATA = "data: ";

    @Spec
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

    @Option(
            names = {"-n", "--looks"},
            paramLabel = "COUNT",
            description = "Ends after so many looks.")
    private int looks = Integer.MAX_VALUE;

    @Override
    public Integer call() throws InterruptedException {
        HttpRequest request = request();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            return show(client, request);
        }
    }

    private HttpRequest request() {
        URI events;
        try {
            events = URI.create((admin.contains("://") ? admin : "http://" + admin) + "/api/v1/events");
            HttpRequest.Builder request = HttpRequest.newBuilder(events);
            String token = token();
            if (token != null) {
                request.header("authorization", "Bearer " + token);
            }
            return request.build();
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

    /** The exit code: the gateway's end ends it, too. */
    private int show(HttpClient client, HttpRequest request) throws InterruptedException {
        String why;
        try {
            HttpResponse<InputStream> response = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            try (InputStream body = response.body()) {
                return response.statusCode() == 200 ? show(body) : failed(refusal(response.statusCode(), body));
            }
        } catch (JacksonException e) {
            why = "not the events of a gateway";
        } catch (IOException e) {
            why = "the connection has broken: " + e.getMessage();
        } catch (ExecutionException | TimeoutException e) {
            why = "can't be reached (expected: the admin listener of a running gateway)";
        } finally {
            client.shutdownNow();
        }
        return failed(why);
    }

    private int failed(String why) {
        spec.commandLine().getErr().println(admin + ": " + why);
        return 1;
    }

    private static String refusal(int status, InputStream body) throws IOException {
        byte[] text = body.readNBytes(LONGEST_REFUSAL);
        try {
            JsonNode node = new ObjectMapper().readTree(text);
            return status + ", " + TopView.printable(node.path("error").asText()) + " (expected: "
                    + TopView.printable(node.path("expected").asText()) + ")";
        } catch (JacksonException e) {
            return status + " (expected: the admin listener of a gateway)";
        }
    }

    private int show(InputStream body) throws IOException, InterruptedException {
        BufferedReader events = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        PrintWriter out = spec.commandLine().getOut();
        boolean terminal = TopScreen.isTerminal();
        int shown = 0;
        for (String line = events.readLine(); line != null; line = events.readLine()) {
            if (line.startsWith(DATA)) {
                JsonNode figures = new ObjectMapper().readTree(line.substring(DATA.length()));
                // the first look has nothing to compare with
                boolean whole = figures.path("intervalMs").asDouble() > 0;
                if (terminal || whole) {
                    TopScreen screen = terminal ? TopScreen.now() : TopScreen.PAPER;
                    out.print(screen.frame(new TopView(figures, admin).lines(screen), shown == 0));
                    out.flush();
                    shown += whole ? 1 : 0;
                }
                if (shown >= looks) {
                    return 0;
                }
            }
        }
        return failed("the gateway has ended the connection");
    }
}
