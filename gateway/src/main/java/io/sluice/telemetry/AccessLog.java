package io.sluice.telemetry;

import io.netty.util.concurrent.FastThreadLocal;
import io.sluice.config.AccessLogConfig;
import io.sluice.config.AccessLogConfig.Field;
import io.sluice.config.AccessLogConfig.Format;
import io.sluice.config.AccessLogConfig.Sampling;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Which exchanges are logged, and what their lines are like; a {@link LogWriter} takes the lines. */
final class AccessLog implements AutoCloseable {
    private static final Field[] ALL = Field.values();
    private static final int SERVER_ERROR = 500;

    private final AccessLogConfig.On config;
    private final LogWriter writer;
    private final Lines lines;

    /** The lines of each thread, used again and again. One for a gateway: what a thread has once stays with it. */
    static final class Lines {
        private final FastThreadLocal<JsonLine> json = new FastThreadLocal<>() {
            @Override
            protected JsonLine initialValue() {
                return new JsonLine();
            }
        };
        private final FastThreadLocal<CombinedLine> combined = new FastThreadLocal<>() {
            @Override
            protected CombinedLine initialValue() {
                return new CombinedLine();
            }
        };
    }

    private AccessLog(AccessLogConfig.On config, LogWriter writer, Lines lines) {
        this.config = config;
        this.writer = writer;
        this.lines = lines;
    }

    /**
     * @param previous the one that runs; if this goes to the same place, it goes on with its writer, and no line is lost
     * @return null for {@link AccessLogConfig.Off}
     * @throws IOException if the target cannot be opened
     */
    static @Nullable AccessLog open(
            AccessLogConfig wanted, @Nullable AccessLog previous, Lines lines, AccessLogFigures figures)
            throws IOException {
        return switch (wanted) {
            case AccessLogConfig.Off off -> null;
            case AccessLogConfig.On on -> {
                if (previous != null && previous.config.to().equals(on.to())) {
                    previous.writer.gap(gap(on));
                    yield new AccessLog(on, previous.writer, lines);
                }
                yield new AccessLog(on, new LogWriter(LogTarget.of(on.to()), gap(on), figures), lines);
            }
        };
    }

    boolean sharesWriter(@Nullable AccessLog other) {
        return other != null && other.writer == writer;
    }

    /** On the exchange's loop. */
    void write(ExchangeSummary exchange) {
        if (wants(exchange)) {
            writer.write(line(exchange, System.currentTimeMillis()));
        }
    }

    private boolean wants(ExchangeSummary exchange) {
        Sampling own = exchange.sampling();
        Sampling sampling = own == null ? config.sampling() : own;
        double share = sampling.share();
        if (share >= 1 || (sampling.failures() && isFailed(exchange))) {
            return true;
        }
        return share > 0 && ThreadLocalRandom.current().nextDouble() < share;
    }

    private static boolean isFailed(ExchangeSummary exchange) {
        return exchange.failure() != null || exchange.status() >= SERVER_ERROR;
    }

    void reopen() {
        writer.reopen();
    }

    @Override
    public void close() {
        writer.close();
    }

    private byte[] line(ExchangeSummary exchange, long epochMillis) {
        return switch (config.format()) {
            case JSON -> json(exchange, epochMillis);
            case COMBINED -> combined(exchange, epochMillis);
        };
    }

    private byte[] json(ExchangeSummary exchange, long epochMillis) {
        JsonLine line = lines.json.get().begin().time("time", epochMillis);
        for (Field field : ALL) {
            line.field(field, exchange);
        }
        return line.end();
    }

    private byte[] combined(ExchangeSummary exchange, long epochMillis) {
        String method = exchange.method();
        String request = method.isEmpty() ? "-" : method + ' ' + exchange.path() + ' ' + exchange.protocol();
        CombinedLine line = lines.combined
                .get()
                .begin(exchange.client(), epochMillis, request, exchange.status(), exchange.responseBytes())
                .agent(exchange.referer(), exchange.userAgent());
        for (int i = 0; i < config.fields().size(); i++) {
            line.field(config.fields().get(i), exchange);
        }
        return line.end();
    }

    /** A line in the same format, so that readers of the log take it. */
    private static LogWriter.Gap gap(AccessLogConfig.On config) {
        return config.format() == Format.JSON
                ? (lost, epochMillis) -> {
                    JsonLine line = new JsonLine().begin().time("time", epochMillis);
                    line.field("lost", lost);
                    return line.end();
                }
                : (lost, epochMillis) -> new CombinedLine()
                        .begin("-", epochMillis, "-", 0, 0)
                        .agent(null, "sluice: " + lost + " lines lost")
                        .end();
    }
}
