package io.sluice.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The program of that name, which knows its modes of being slow. */
record SlowHttpTest(Program program, int connections) implements Attack.Running {
    private static final Pattern COLOUR = Pattern.compile("\u001B\\[[0-9;]*m");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static SlowHttpTest start(Trial trial, List<String> command, int connections) throws IOException {
        return new SlowHttpTest(trial.attack("slowhttptest", command), connections);
    }

    @Override
    public void goOn() {}

    @Override
    public Attack.Toll end() throws InterruptedException {
        if (!program.awaitEnd(PATIENCE)) {
            program.stop(PATIENCE);
        }
        return read(program.output(), connections);
    }

    /** Reads its last status; it prints none when its last connection is closed. */
    static Attack.Toll read(String output, int connections) {
        String plain = COLOUR.matcher(output).replaceAll("");
        if (plain.contains("No open connections left")) {
            return new Attack.Toll(connections, connections);
        }
        long connected = last(plain, "connected");
        long closed = last(plain, "closed");
        return new Attack.Toll(connected + closed, closed);
    }

    private static long last(String output, String name) {
        return Pattern.compile("(?m)^" + name + ": +(\\d+)")
                .matcher(output)
                .results()
                .map(MatchResult::group)
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .reduce((earlier, later) -> later)
                .orElseThrow(
                        () -> new IllegalArgumentException("slowhttptest did not tell of " + name + ":\n" + output));
    }
}
