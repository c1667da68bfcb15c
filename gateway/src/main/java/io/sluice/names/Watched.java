package io.sluice.names;

import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One name, asked for again and again as long as somebody watches it: when its answer runs out, a little later, so that
 * the server's own copy has run out too and not all gateways ask at once; after a failure with growing pauses. On the
 * loop of the names, but for {@link #answer}.
 */
final class Watched<T> {
    private static final Logger log = LoggerFactory.getLogger(Watched.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Names names;
    private final Names.Key key;
    private final Question<T> question;
    private final List<Consumer<Answer<T>>> told = new ArrayList<>();
    private volatile Answer<T> answer = Answer.none();
    private @Nullable ScheduledFuture<?> next;
    /** Outcomes of earlier attempts do not count. */
    private int attempt;

    Watched(Names names, Names.Key key, Question<T> question) {
        this.names = names;
        this.key = key;
        this.question = question;
    }

    Answer<T> answer() {
        return answer;
    }

    void join(Consumer<Answer<T>> listener) {
        told.add(listener);
        if (told.size() == 1) {
            ask();
        } else if (answer.isSettled()) {
            listener.accept(answer);
        }
    }

    /** Returns whether nobody is left. */
    boolean leave(Consumer<Answer<T>> listener) {
        told.remove(listener);
        if (told.isEmpty()) {
            stop();
        }
        return told.isEmpty();
    }

    /** Asks now, whatever was under way. */
    void ask() {
        stop();
        int mine = attempt;
        question.ask(names.resolver(), answer.values(), new Question.Outcome<>() {
            @Override
            public void found(List<T> values, String source, long ttlSeconds) {
                if (mine == attempt) {
                    good(values, source, ttlSeconds);
                }
            }

            @Override
            public void failed(String why) {
                if (mine == attempt) {
                    bad(why);
                }
            }
        });
    }

    private void stop() {
        attempt++;
        ScheduledFuture<?> waiting = next;
        if (waiting != null) {
            waiting.cancel(false);
            next = null;
        }
    }

    private void good(List<T> values, String source, long ttlSeconds) {
        if (answer.failures() > 0) {
            log.info("name {} is resolved again after {} failures", key.name(), answer.failures());
        }
        long ttl = names.bounded(TimeUnit.SECONDS.toNanos(ttlSeconds));
        answer = Answer.good(values, source, System.nanoTime(), ttl);
        again(afterTtl(ttl));
        tell();
    }

    private void bad(String why) {
        if (answer.failures() == 0) {
            if (answer.isKnown()) {
                log.warn(
                        "name {} can't be resolved: {}; its answer of {} s ago stays in use",
                        key.name(),
                        why,
                        answer.ageMillis() / 1000);
            } else {
                log.warn("name {} can't be resolved: {}", key.name(), why);
            }
        }
        answer = answer.failed(why, System.nanoTime());
        again(afterFailures(answer.failures()));
        tell();
    }

    /** Up to a tenth more. */
    static long afterTtl(long nanos) {
        return nanos + ThreadLocalRandom.current().nextLong(nanos / 10 + 1);
    }

    /** Twice as long after each, a fifth more or less, so that gateways do not ask all at once. */
    static long afterFailures(int failures) {
        long pause = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(failures - 1, 16));
        return pause * 4 / 5 + ThreadLocalRandom.current().nextLong(pause * 2 / 5);
    }

    private void again(long nanos) {
        if (!told.isEmpty()) {
            next = names.loop().schedule(this::ask, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void tell() {
        List.copyOf(told).forEach(listener -> listener.accept(answer));
    }
}
