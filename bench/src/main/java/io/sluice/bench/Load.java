package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is asked of every proxy: as many requests as it answers, over kept connections, each with one request at a time.
 *
 * @param connections client connections, at least 1
 * @param size body of the response
 * @param post bytes of the request's body; 0 sends GET
 * @param closing each connection carries one request
 */
record Load(int connections, Size size, int post, boolean closing) {
    Load(int connections, Size size, int post) {
        this(connections, size, post, false);
    }

    private static final int MAX_THREADS = 2;

    /** Starts wrk against one proxy. */
    Program start(Stage stage, Seat seat, String host, int seconds, List<String> prefix) throws IOException {
        Path script = Files.writeString(
                stage.directory("load").resolve("load.lua"),
                Template.of("load.lua").fill(Map.of("post", post)));
        List<String> command = new ArrayList<>(List.of("wrk", "--latency", "--timeout", "10s"));
        command.addAll(List.of("-t", Integer.toString(Math.min(MAX_THREADS, connections))));
        command.addAll(List.of("-c", Integer.toString(connections)));
        command.addAll(List.of("-d", seconds + "s"));
        command.addAll(List.of("-H", "Host: " + host));
        if (closing) {
            command.addAll(List.of("-H", "Connection: close"));
        }
        command.addAll(List.of("-s", script.toString()));
        String scheme = seat.certificate() == null ? "http" : "https";
        command.add(scheme + "://127.0.0.1:" + seat.port() + size.path());
        return stage.start("wrk", new Launch(command).prefixed(prefix));
    }

    /** In words, for the head of a table. */
    String description() {
        String method = post > 0 ? "POST of " + post + " bytes" : "GET";
        return method + ", response of " + size.bytes() + " bytes, " + connections + " connections"
                + (closing ? ", a new one for each request" : "");
    }
}
