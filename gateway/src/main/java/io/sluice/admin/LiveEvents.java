package io.sluice.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who ask for it, {@value #MOST} at most, once a second what is going on; while there are none there is no thread
 * and nothing is done. What is told is made once for all. Who does not take it is dropped. Any thread.
 */
final class LiveEvents {
    private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);
    static final int MOST = 16;
    private static final long PAUSE_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private final Control control;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those below hold a place each, and are told from {@link Subscriber#opened} on. */
    private int places;

    private final List<EventChannel> told = new ArrayList<>();
    private boolean running;
    /** The latest event; null while nobody is told. */
    private @Nullable String latest;

    LiveEvents(Control control) {
        this.control = control;
    }

    AdminResponse subscribe() {
        lock.lock();
        try {
            if (places == MOST) {
                return AdminResponse.error(503, "as many take events as may", "at most " + MOST)
                        .with("retry-after", "1");
            }
            places++;
            return AdminResponse.events(new Subscriber());
        } finally {
            lock.unlock();
        }
    }

    private final class Subscriber implements EventSource {
        private @Nullable EventChannel channel;

        @Override
        public void opened(EventChannel to) {
            channel = to;
            lock.lock();
            try {
                told.add(to);
                if (latest != null) {
                    to.send(latest);
                }
                if (!running) {
                    running = true;
                    Thread.ofVirtual().name("events").start(LiveEvents.this::run);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void closed() {
            lock.lock();
            try {
                places--;
                told.remove(channel);
            } finally {
                lock.unlock();
            }
        }
    }

    /** As long as somebody is told. */
    private void run() {
        LiveFigures figures = new LiveFigures(control);
        try {
            while (tell(EventChannel.event("figures", figures.look(System.nanoTime())))) {
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException | RuntimeException e) {
            log.error("live events have ended", e);
            end();
        }
    }

    /** Whether anybody was there. */
    private boolean tell(String event) {
        List<EventChannel> slow = new ArrayList<>();
        lock.lock();
        try {
            if (told.isEmpty()) {
                running = false;
                latest = null;
                return false;
            }
            latest = event;
            for (EventChannel channel : told) {
                if (channel.isReady()) {
                    channel.send(event);
                } else {
                    slow.add(channel);
                }
            }
        } finally {
            lock.unlock();
        }
        slow.forEach(EventChannel::drop);
        return true;
    }

    private void end() {
        lock.lock();
        try {
            running = false;
            latest = null;
            told.forEach(EventChannel::drop);
        } finally {
            lock.unlock();
        }
    }
}
