package io.sluice.bench;

import io.sluice.bench.models.Model;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** A row of the scenario {@code models}: a server in one I/O model, or the pool of five with Sluice in front. */
enum Contender {
    THREADS(Model.THREADS, "thread per connection"),
    POOL(Model.POOL, "pool of 5 threads"),
    POLLING(Model.POLLING, "polling loop"),
    POLL(Model.POLL, "poll"),
    EPOLL(Model.EPOLL, "epoll"),
    NETTY_EPOLL(Model.NETTY_EPOLL, "epoll (Netty)"),
    IO_URING(Model.IO_URING, "io_uring (Netty)"),
    VIRTUAL(Model.VIRTUAL, "virtual threads"),
    SLUICE(Model.POOL, "pool of 5 behind Sluice");

    private final Model model;
    private final String label;

    Contender(Model model, String label) {
        this.model = model;
        this.label = label;
    }

    /** What the server waits with. */
    Model model() {
        return model;
    }

    /** In tables and plots. */
    String label() {
        return label;
    }

    /** Whether each connection takes a platform thread of its own. */
    boolean takesThreads() {
        return this == THREADS;
    }

    /** The name as options write it. */
    @Override
    public String toString() {
        return this == SLUICE ? "sluice" : model.toString();
    }

    static Contender of(String name) {
        for (Contender contender : values()) {
            if (contender.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return contender;
            }
        }
        throw new TypeConversionException(name + " (expected: one of " + List.of(values()) + ")");
    }
}
