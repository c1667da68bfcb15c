package io.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What clients do who want to keep others from being served. */
enum Attack {
    HEADERS("heads that never end (slowhttptest -H)", "-H", "-t", "GET", "-i", "3", "-x", "24"),
    BODY("bodies that never end (slowhttptest -B)", "-B", "-s", "8192", "-i", "3", "-x", "24"),
    RANGE("thousands of ranges (slowhttptest -R)", "-R", "-a", "1", "-b", "3000"),
    READ(
            "answers that are hardly read (slowhttptest -X)",
            "-X",
            "-w",
            "256",
            "-y",
            "512",
            "-n",
            "5",
            "-z",
            "32",
            "-k",
            "3"),
    SILENT("connections without a byte"),
    FLOOD("connections from one address, again as soon as they are closed");

    private static final int AT_ONCE = 500;
    private final String title;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes an immutable one
    private final List<String> options;

    Attack(String title, String... options) {
        this.title = title;
        this.options = List.of(options);
    }

    String title() {
        return title;
    }

    /** Goes on until it is ended. */
    interface Running {
        /** Called every now and then. */
        void goOn() throws IOException, InterruptedException;

        /** Ends it, and tells what became of it. */
        Toll end() throws IOException, InterruptedException;
    }

    /** Connections that it had, and how many of them were closed by the proxy, or by itself after an answer. */
    record Toll(long opened, long closed) {}

    /** Begins; goes on for so many seconds at least. */
    Running begin(Trial trial, SlowPart.Settings settings) throws IOException, InterruptedException {
        return switch (this) {
            case HEADERS, BODY, RANGE, READ ->
                SlowHttpTest.start(trial, arguments(trial, settings), settings.connections());
            case SILENT ->
                CrowdAttack.start(trial, settings.connections(), "--silent", "--at-once", Integer.toString(AT_ONCE));
            case FLOOD ->
                CrowdAttack.start(
                        trial,
                        settings.connections(),
                        "--silent",
                        "--at-once",
                        Integer.toString(AT_ONCE),
                        "--per-address",
                        Integer.toString(Integer.MAX_VALUE));
        };
    }

    private List<String> arguments(Trial trial, SlowPart.Settings settings) {
        Seat seat = trial.proxy().seat();
        String path = this == READ ? settings.unread().path() : Size.SMALL.path();
        List<String> command = new ArrayList<>(List.of("slowhttptest"));
        command.addAll(options);
        command.addAll(List.of("-c", Integer.toString(settings.connections()), "-r", Integer.toString(AT_ONCE)));
        command.addAll(List.of("-l", Integer.toString(settings.seconds()), "-p", "3"));
        // as through a proxy: so that the requests name a host of the routing table, which no resolver knows
        command.addAll(List.of("-d", "127.0.0.1:" + seat.port()));
        command.addAll(List.of("-u", "http://" + trial.proxy().peer().host() + path));
        return command;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
