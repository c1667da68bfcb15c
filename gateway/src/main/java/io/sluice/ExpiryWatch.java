package io.sluice;

import io.sluice.tls.CertificateFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of certificates in files of the config that are not valid for long any more: when they come into use, and once a day. Looked at by
 * one thread at a time besides its own.
 */
final class ExpiryWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ExpiryWatch.class);
    /** One that is not valid for longer than this is warned of, */
    private static final Duration SOON = Duration.ofDays(14);
    /** as often as this. */
    private static final Duration LOOK = Duration.ofHours(24);

    private final Supplier<Map<String, List<CertificateFacts>>> held;
    private final Thread watch = Thread.ofVirtual().name("certificates").unstarted(this::watch);
    private Map<String, List<CertificateFacts>> last = Map.of();

    /** @param held what is in use now, by whose it is */
    ExpiryWatch(Supplier<Map<String, List<CertificateFacts>>> held) {
        this.held = held;
    }

    /** Something may have changed: warns of what was not looked at yet. */
    void look() {
        Map<String, List<CertificateFacts>> now = held.get();
        now.forEach((owner, certificates) -> {
            List<CertificateFacts> before = last.getOrDefault(owner, List.of());
            certificates.stream().filter(one -> !before.contains(one)).forEach(one -> warn(owner, one));
        });
        last = now;
        if (!now.isEmpty() && watch.getState() == Thread.State.NEW) {
            watch.start();
        }
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                held.get().forEach((owner, certificates) -> certificates.forEach(one -> warn(owner, one)));
            }
        } catch (InterruptedException e) {
            log.debug("certificates are not watched any more");
        }
    }

    private static void warn(String owner, CertificateFacts certificate) {
        Duration left = certificate.left(Instant.now());
        if (left.isNegative()) {
            log.warn("{}: {} has expired on {}", owner, certificate.file(), certificate.expires());
        } else if (left.compareTo(SOON) < 0) {
            log.warn("{}: {} expires in {}", owner, certificate.file(), Amount.of(left.toDays(), "day"));
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
