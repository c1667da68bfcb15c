package io.sluice;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice top}: what a running gateway does, looked at once a second over its admin API. */
@Command(
        name = "top",
        description =
                "Shows once a second what a running gateway does: requests, routes, upstreams and client connections. "
                        + "Without a terminal each look is printed below the one before. Ctrl-C ends.")
final class TopCommand implements Callable<Integer> {
    private static final String DATA = "data: ";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private RemoteGateway gateway = new RemoteGateway();

    @Option(
            names = {"-n", "--looks"},
            paramLabel = "COUNT",
            description = "Ends after so many looks.")
    private int looks = Integer.MAX_VALUE;

    @Override
    public Integer call() throws InterruptedException {
        HttpRequest request = gateway.request("/api/v1/events").build();
        try (HttpClient client = RemoteGateway.client()) {
            return show(client, request);
        }
    }

    /** The exit code: the gateway's end ends it, too. */
    private int show(HttpClient client, HttpRequest request) throws InterruptedException {
        String why;
        try {
            HttpResponse<InputStream> response = client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .get(RemoteGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            try (InputStream body = response.body()) {
                return response.statusCode() == 200
                        ? show(body)
                        : gateway.failed(RemoteGateway.refusal(response.statusCode(), body));
            }
        } catch (JacksonException e) {
            why = "not the events of a gateway";
        } catch (IOException e) {
            why = "the connection has broken: " + e.getMessage();
        } catch (ExecutionException | TimeoutException e) {
            why = RemoteGateway.unreachable();
        } finally {
            client.shutdownNow();
        }
        return gateway.failed(why);
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
                    out.print(screen.frame(new TopView(figures, gateway.name()).lines(screen), shown == 0));
                    out.flush();
                    shown += whole ? 1 : 0;
                }
                if (shown >= looks) {
                    return 0;
                }
            }
        }
        return gateway.failed("the gateway has ended the connection");
    }
}
