package io.sluice.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One whole configuration, as read from one YAML file: validated, immutable, compared by value. Two equal parts of two
 * configurations are the same part: this is how a reload knows what keeps its connections.
 *
 * @param threads event loops, 1..1024; 0 means one for each processor
 * @param drain how listeners end
 * @param trustedProxies networks whose forwarding headers are believed; empty: none are
 * @param resolve of names of endpoints
 * @param memory what all connections together may hold
 * @param limits of all listeners and routes together
 * @param listeners by name, in file order; at least one
 * @param upstreams by name, in file order
 * @param routes in file order
 */
public record GatewayConfig(
        int threads,
        Transport transport,
        DrainConfig drain,
        List<Network> trustedProxies,
        PathPolicy paths,
        AccessLogConfig accessLog,
        Tracing tracing,
        Admin admin,
        ResolveConfig resolve,
        Memory memory,
        ProcessLimits limits,
        Map<String, ListenerConfig> listeners,
        Map<String, UpstreamConfig> upstreams,
        List<RouteConfig> routes) {

    /** How sockets are driven. {@code AUTO} is epoll on Linux, kqueue on macOS, NIO elsewhere. */
    public enum Transport {
        AUTO,
        EPOLL,
        IO_URING,
        KQUEUE,
        NIO
    }

    /**
     * The admin listener.
     *
     * @param bind null: no admin listener
     * @param token who has it may do everything; null: whoever reaches the listener may, so it is bound to a loopback address
     * @param readToken who has it may read; null: there is none
     * @param samples heads of requests that are kept, so that a plan can tell what a change means for them; 0: none are
     */
    public record Admin(
            @Nullable HostPort bind,
            @Nullable Secret token,
            @Nullable Secret readToken,
            int samples) {
        /** So many are kept where nothing else is said. */
        public static final int SAMPLES = 10_000;
    }

    /**
     * What all connections together may hold.
     *
     * @param responses bytes of responses that wait for clients that take them slowly, those aside that each client may have
     *     waiting in any case; 0 or more
     */
    public record Memory(long responses) {}

    /**
     * What is done, once, to the path of each request before it is matched and forwarded. NUL, encoded or not, and a raw
     * backslash are always refused; percent-encoded unreserved characters are always decoded (RFC 3986 section 6.2.2.2).
     *
     * @param dotSegments resolve {@code .} and {@code ..} (a path that climbs above the root is refused), or refuse them
     * @param doubleSlash merge runs of slashes, keep them, or refuse them
     * @param encodedSlash keep {@code %2F} as it is, or refuse it
     * @param encodedBackslash keep {@code %5C} as it is, or refuse it
     */
    public record PathPolicy(Choice dotSegments, Choice doubleSlash, Choice encodedSlash, Choice encodedBackslash) {

        /** The safe defaults: resolve dots, merge slashes, refuse what backends disagree about. */
        public static final PathPolicy SAFE =
                new PathPolicy(Choice.NORMALIZE, Choice.NORMALIZE, Choice.REFUSE, Choice.REFUSE);

        /** What happens to one kind of oddity. */
        public enum Choice {
            /** Rewrite to the normal form (dot segments, double slashes only). */
            NORMALIZE,
            /** Leave it (not for dot segments). */
            KEEP,
            /** Answer 400. */
            REFUSE
        }
    }
}
