package io.sluice.config;

import java.util.List;

/** The access log: none, or where its lines go and what they are like. */
public sealed interface AccessLogConfig {
    record Off() implements AccessLogConfig {}

    /**
     * @param fields what a combined line has besides; in this order, none twice; empty with {@code JSON}, whose lines
     *     have them all
     * @param sampling of exchanges whose route says nothing of its own
     */
    record On(Target to, Format format, List<Field> fields, Sampling sampling) implements AccessLogConfig {

        /** A JSON line for each exchange. */
        public static On json(Target target) {
            return new On(target, Format.JSON, List.of(), Sampling.ALL);
        }
    }

    /** Where lines go. */
    sealed interface Target {
        record Stdout() implements Target {}

        /** Appended to. */
        record File(String path) implements Target {}
    }

    /** What a line looks like. */
    enum Format {
        JSON,
        /** As Apache httpd and nginx write it. */
        COMBINED
    }

    /**
     * Which exchanges are logged.
     *
     * @param share how many of them, 0..1, by chance
     * @param failures failed ones are logged all the same: those with a cause, and those answered 5xx
     */
    record Sampling(double share, boolean failures) {
        public static final Sampling ALL = new Sampling(1, true);
        public static final Sampling NONE = new Sampling(0, false);
    }

    /** What is told of an exchange, in the order of a JSON line. */
    enum Field {
        REQUEST_ID("requestId"),
        TRACE_ID("traceId"),
        LISTENER("listener"),
        CLIENT("client"),
        METHOD("method"),
        HOST("host"),
        PATH("path"),
        ROUTE("route"),
        STATUS("status"),
        FAILURE("failure"),
        UPSTREAM("upstream"),
        ENDPOINT("endpoint"),
        ATTEMPTS("attempts"),
        REUSED("reused"),
        REQUEST_BYTES("requestBytes"),
        RESPONSE_BYTES("responseBytes"),
        DURATION("durationMs"),
        QUEUE("queueMs"),
        CONNECT("connectMs"),
        FIRST_BYTE("firstByteMs"),
        CONFIG("config");

        private final String word;

        Field(String word) {
            this.word = word;
        }

        /** In lines and in the config. */
        public String word() {
            return word;
        }
    }
}
