package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is asked of every proxy: as many requests as it answers, over kept connections, each with one request at a time, or some
 * in HTTP/2. HTTP/1.1 is spoken by wrk, HTTP/2 by h2load.
 *
 * @param connections client connections, at least 1
 * @param size body of the response
 * @param post bytes of the request's body; 0 sends GET
 * @param closing each connection carries one request
 * @param streams requests at a time on each connection, at least 1; more only in HTTP/2
 */
record Load(int connections, Size size, int post, boolean closing, int streams) {
    Load(int connections, Size size, int post) {
        this(connections, size, post, false, 1);
    }

    static final int MAX_THREADS = 2;

    /** Starts it against one proxy. */
    LoadRun start(Stage stage, Running proxy, int seconds, List<String> prefix) throws IOException {
        return proxy.peer().clients().http2()
                ? H2Load.start(this, stage, proxy, seconds, prefix)
                : startWrk(stage, proxy, seconds, prefix);
    }

    private LoadRun startWrk(Stage stage, Running proxy, int seconds, List<String> prefix) throws IOException {
        Path script = Files.writeString(
                stage.directory("load").resolve("load.lua"),
                Template.of("load.lua").fill(Map.of("post", post)));
        List<String> command = new ArrayList<>(List.of("wrk", "--latency", "--timeout", "10s"));
        command.addAll(List.of("-t", Integer.toString(Math.min(MAX_THREADS, connections))));
        command.addAll(List.of("-c", Integer.toString(connections)));
        command.addAll(List.of("-d", seconds + "s"));
        command.addAll(List.of("-H", "Host: " + proxy.peer().host()));
        if (closing) {
            command.addAll(List.of("-H", "Connection: close"));
        }
        command.addAll(List.of("-s", script.toString()));
        command.add(address(proxy));
        Program wrk = stage.start("wrk", new Launch(command).prefixed(prefix));
        return new LoadRun(wrk, () -> Figures.parse(wrk.output()));
    }

    /** Where it is asked for. */
    String address(Running proxy) {
        String scheme = proxy.peer().clients().tls() ? "https" : "http";
        return scheme + "://127.0.0.1:" + proxy.seat().port() + size.path();
    }

    /** In words, for the head of a table. */
    String description() {
        String method = post > 0 ? "POST of " + post + " bytes" : "GET";
        return method + ", response of " + size.bytes() + " bytes, " + connections + " connections"
                + (streams > 1 ? " with " + streams + " requests at a time" : "")
                + (closing ? ", a new one for each request" : "");
    }
}
