package io.sluice.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.http.Failure;
import io.sluice.telemetry.Tap;
import io.sluice.telemetry.TappedExchange;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finished exchanges, as they happen, for those who ask for it: {@value #MOST} at most. */
final class TapCalls {
    static final int MOST = 8;
    private static final int MOST_EXCHANGES = 100_000;
    private static final Pattern STATUS = Pattern.compile("([1-5])(?:xx|(\\d\\d))");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,7})(ms|s)");
    private static final int CLASS = 100;

    private final Control control;
    private final AtomicInteger taken = new AtomicInteger();

    TapCalls(Control control) {
        this.control = control;
    }

    AdminResponse listen(AdminRequest request) {
        Parameters in = new Parameters(request, "route", "status", "cause", "slowerThan", "sample", "limit");
        int[] status = in.read("status", "a status such as 502, or a class such as 5xx", TapCalls::status);
        boolean failed = "any".equals(in.text("cause"));
        Failure cause = failed ? null : in.read("cause", "any, or a cause such as connect-refused", TapCalls::cause);
        Long slower = in.read("slowerThan", "a duration such as 250ms or 2s", TapCalls::nanos);
        Double share = in.read("sample", "a share, more than 0 and at most 1", TapCalls::share);
        int limit = in.whole("limit", MOST_EXCHANGES, 1, MOST_EXCHANGES);
        if (in.problem() != null) {
            return in.problem();
        }
        Tap tap = new Tap(new Tap.Filter(
                in.text("route"),
                status == null ? 0 : status[0],
                status == null ? Integer.MAX_VALUE : status[1],
                failed,
                cause,
                slower == null ? -1 : slower,
                share == null ? 1 : share));
        if (taken.incrementAndGet() > MOST) {
            taken.decrementAndGet();
            return AdminResponse.error(503, "as many listen as may", "at most " + MOST)
                    .with("retry-after", "1");
        }
        return AdminResponse.events(new Listening(tap, limit));
    }

    /** The least and the most. */
    private static int @Nullable [] status(String text) {
        Matcher parts = STATUS.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        int least = Integer.parseInt(parts.group(1)) * CLASS;
        return parts.group(2) == null
                ? new int[] {least, least + CLASS - 1}
                : new int[] {Integer.parseInt(text), Integer.parseInt(text)};
    }

    private static @Nullable Failure cause(String text) {
        for (Failure failure : Failure.values()) {
            if (failure.cause().equals(text)) {
                return failure;
            }
        }
        return null;
    }

    private static @Nullable Long nanos(String text) {
        Matcher parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        TimeUnit unit = parts.group(2).equals("s") ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS;
        return unit.toNanos(Long.parseLong(parts.group(1)));
    }

    private static @Nullable Double share(String text) {
        double share = Double.parseDouble(text);
        return share > 0 && share <= 1 ? share : null;
    }

    static ObjectNode view(TappedExchange exchange) {
        Failure failure = exchange.failure();
        return JsonNodeFactory.instance
                .objectNode()
                .put("at", Instant.ofEpochMilli(exchange.epochMillis()).toString())
                .put("requestId", exchange.requestId())
                .put("listener", exchange.listener())
                .put("client", exchange.client())
                .put("method", exchange.method())
                .put("host", exchange.host())
                .put("path", exchange.path())
                .put("route", exchange.route())
                .put("status", exchange.status())
                .put("failure", failure == null ? null : failure.cause())
                .put("upstream", exchange.upstream())
                .put("endpoint", exchange.endpoint())
                .put("attempts", exchange.attempts())
                .put("reused", exchange.reused())
                .put("requestBytes", exchange.requestBytes())
                .put("responseBytes", exchange.responseBytes())
                .put("durationMs", Millis.of(exchange.nanos()))
                .put("queueMs", Millis.of(exchange.queueNanos()))
                .put("firstByteMs", Millis.of(exchange.firstByteNanos()))
                .put("config", exchange.configVersion());
    }

    /** One who listens: a tap, and a thread that looks ten times a second what is in it. */
    private final class Listening implements EventSource {
        private static final int PAUSE_MILLIS = 100;
        /** Without a word for so many pauses, a comment shows that the connection lives. */
        private static final int SILENCE = 150;
        /** For so many pauses a client may take nothing. */
        private static final int PATIENCE = 50;

        private final Tap tap;
        private int left;
        private long droppedBefore;
        private int silent;
        private int stalled;
        private volatile boolean closed;

        Listening(Tap tap, int limit) {
            this.tap = tap;
            this.left = limit;
        }

        @Override
        public void opened(EventChannel to) {
            control.telemetry().open(tap);
            // the client learns that from now on nothing is missed
            to.send(": listening\n\n");
            Thread.ofVirtual().name("tap").start(() -> run(to));
        }

        @Override
        public void closed() {
            closed = true;
            control.telemetry().close(tap);
            taken.decrementAndGet();
        }

        private void run(EventChannel to) {
            try {
                while (!closed && look(to)) {
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                to.drop();
            }
        }

        /** Whether there is to be another look. */
        private boolean look(EventChannel to) {
            if (!to.isReady()) {
                if (++stalled > PATIENCE) {
                    to.drop();
                }
                return stalled <= PATIENCE;
            }
            stalled = 0;
            StringBuilder text = new StringBuilder();
            for (TappedExchange next = take(); next != null; next = take()) {
                text.append(EventChannel.event("exchange", view(next)));
                left--;
            }
            long dropped = tap.dropped();
            if (dropped != droppedBefore) {
                droppedBefore = dropped;
                text.append(EventChannel.event(
                        "dropped", JsonNodeFactory.instance.objectNode().put("dropped", dropped)));
            }
            if (text.isEmpty() && ++silent > SILENCE) {
                text.append(": nothing yet\n\n");
            }
            if (!text.isEmpty()) {
                silent = 0;
                to.send(text.toString());
            }
            if (left == 0) {
                to.end();
            }
            return left > 0;
        }

        private @Nullable TappedExchange take() {
            return left == 0 ? null : tap.poll();
        }
    }
}
