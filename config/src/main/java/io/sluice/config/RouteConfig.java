package io.sluice.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One row of the routing table.
 *
 * @param priority breaks ties between equally specific routes: higher first; 0 by default
 * @param log which of its exchanges the access log has; null: what that says itself
 * @param guard which of the requests that match are taken on
 */
public record RouteConfig(
        String name,
        Match match,
        int priority,
        Action action,
        Rewrite rewrite,
        HeaderEdits requestHeaders,
        HeaderEdits responseHeaders,
        Timeouts timeouts,
        Limits limits,
        AccessLogConfig.@Nullable Sampling log,
        Guard guard) {

    /**
     * All that is named must hold.
     *
     * @param hosts any of these; empty: any host
     * @param path null: any path
     * @param methods any of these, upper case as on the wire; empty: any
     * @param headers each must hold; names in lower case
     * @param query each must hold; names as they are, compared after percent-decoding
     * @param clients any of these networks; empty: any
     */
    public record Match(
            List<HostPattern> hosts,
            @Nullable PathPattern path,
            Set<String> methods,
            Map<String, ValuePattern> headers,
            Map<String, ValuePattern> query,
            List<Network> clients) {}

    /**
     * One host, or all below one.
     *
     * @param name lower case, without port, an IPv6 literal in brackets; for a wildcard the part after {@code *.}
     * @param wildcard {@code *.example.com}: any name with one or more labels before it
     */
    public record HostPattern(String name, boolean wildcard) {

        @Override
        public String toString() {
            return wildcard ? "*." + name : name;
        }
    }

    /** A pattern over the normalised path. */
    public sealed interface PathPattern {

        /**
         * {@code /a/{id}/c}, or with a tail {@code /a/**}, which matches {@code /a}, {@code /a/} and all below it.
         * A segment is a literal or a capture.
         *
         * @param text as written in the file
         */
        record Segments(String text, List<Segment> segments, boolean tail) implements PathPattern {}

        /** Must match the whole path; linear time. */
        record Regex(String expression) implements PathPattern {}
    }

    /**
     * One segment of a path pattern: what stands between two slashes. The pattern {@code /} is one empty literal, {@code /a/}
     * is {@code a} and an empty literal, {@code /**} has none.
     *
     * @param text the literal, or the name of the capture
     */
    public record Segment(String text, boolean capture) {}

    /** A pattern over a header or query value. With several fields of one name, any may match. */
    public sealed interface ValuePattern {
        record Equal(String value) implements ValuePattern {}

        record Prefix(String value) implements ValuePattern {}

        /** Must match the whole value; linear time. */
        record Regex(String expression) implements ValuePattern {}

        record Present() implements ValuePattern {}

        record Absent() implements ValuePattern {}
    }

    /** What is done with a request that matches. */
    public sealed interface Action {
        record Forward(String upstream) implements Action {}

        /**
         * Forwards to one of several upstreams, by weight.
         *
         * @param by what keeps a client on one side of the split; null: chance alone
         */
        record Split(List<Share> shares, @Nullable Key by) implements Action {}

        /**
         * Answers with a place to go to instead.
         *
         * @param location absolute URL or path; {@code {name}} stands for captures and {@code {host}},
         *     {@code {path}}, {@code {query}}
         * @param status 301, 302, 303, 307 or 308
         */
        record Redirect(String location, int status) implements Action {}

        /**
         * Answers with a fixed response.
         *
         * @param status 200..599
         */
        record Respond(int status, String contentType, String body) implements Action {}
    }

    /**
     * One side of a split.
     *
     * @param weight 0..1,000,000; the sum over a split is positive
     */
    public record Share(String upstream, int weight) {}

    /** What a stable choice is made from. */
    public sealed interface Key {
        record Client() implements Key {}

        record Header(String name) implements Key {}

        record Cookie(String name) implements Key {}

        record Query(String name) implements Key {}
    }

    /**
     * Changes of the path before it is forwarded: either a template, or first strip, then add. All null: none.
     *
     * @param template a path with {@code {name}} for captures; {@code {tail}} is what {@code /**} matched, without
     *     its leading slash
     */
    public record Rewrite(
            @Nullable String stripPrefix,
            @Nullable String addPrefix,
            @Nullable String template) {
        public static final Rewrite NONE = new Rewrite(null, null, null);
    }

    /**
     * Applied in the order remove, set, add.
     *
     * @param set replaces all fields of that name
     * @param add appended, whatever is there
     * @param remove names
     */
    public record HeaderEdits(List<Field> set, List<Field> add, List<String> remove) {
        public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of(), List.of());
    }

    /**
     * A header field to write.
     *
     * @param name keeps its case
     * @param value in the edits of a route a {@link HeaderTemplate}
     */
    public record Field(String name, String value) {}

    /**
     * How long each part of an exchange may take.
     *
     * @param responseHead from the end of the request (or the last byte of it that was taken) to the final response
     *     head; positive
     * @param bodyIdle the longest pause between two pieces of a body, either way; positive
     * @param bodyGrace how long a request body may be slower than {@link Limits#bodyRate} from its first byte on; positive
     * @param exchange the whole exchange; zero: no limit
     * @param tunnelIdle the longest silence on both sides after an upgrade; positive
     */
    public record Timeouts(
            Duration responseHead, Duration bodyIdle, Duration bodyGrace, Duration exchange, Duration tunnelIdle) {}

    /**
     * What an exchange may hold at most.
     *
     * @param body bytes of a request body, beyond it 413; -1: no limit
     * @param bodyRate bytes a second of a request body, on the average of the time in which they were wanted; 0: no limit
     * @param requestBuffer bytes of a request body with a known length that are awaited before an upstream connection is
     *     leased; at most 64 KiB; 0: none
     * @param responseBuffer bytes of a response that may wait for a client that takes them slowly, while the upstream
     *     connection is read on; less than 64 KiB are 64 KiB
     */
    public record Limits(long body, long bodyRate, int requestBuffer, int responseBuffer) {}

    /**
     * Which requests a route takes on of those that match it.
     *
     * @param exchanges that may be under way at once, tunnels included, beyond it 503; 0: no limit
     * @param clients others are answered 403
     * @param rate beyond it 429; null: no limit
     */
    public record Guard(
            Importance importance,
            int exchanges,
            ClientRules clients,
            @Nullable RateConfig rate) {
        /** All of them. */
        public static final Guard NONE = new Guard(Importance.NORMAL, 0, ClientRules.NONE, null);
    }

    /** Whose exchanges are refused first when the process has too much to do: lowest first. */
    public enum Importance {
        LOW,
        NORMAL,
        HIGH
    }
}
