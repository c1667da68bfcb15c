package io.sluice;

import io.sluice.config.ListenerConfig;
import io.sluice.config.ListenerTls;
import io.sluice.tls.Certificates;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsLibrary;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TLS of all listeners, by their names: made beside what is in force, and then taken or dropped. What has not changed, files
 * included, is the same object again. Changed by one thread at a time.
 */
final class ListenerCertificates implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ListenerCertificates.class);

    private final TlsLibrary library = TlsLibrary.best();
    private volatile Map<String, ServerTls> present = Map.of();
    private boolean told;

    /**
     * Makes what a config wants, and takes nothing. Reads files: not on a loop.
     *
     * @throws StartException if a file is not there or not fit; nothing is made then
     */
    Map<String, ServerTls> prepare(Collection<ListenerConfig> wanted) throws StartException {
        Map<String, ServerTls> made = new LinkedHashMap<>();
        for (ListenerConfig listener : wanted) {
            ListenerTls config = listener.tls();
            if (config != null) {
                try {
                    made.put(listener.name(), of(listener, config));
                } catch (IOException e) {
                    drop(made);
                    throw new StartException("listeners." + listener.name() + ".tls: " + e.getMessage());
                }
            }
        }
        return made;
    }

    private ServerTls of(ListenerConfig listener, ListenerTls config) throws IOException {
        Certificates held = Certificates.read(config);
        ServerTls before = present.get(listener.name());
        boolean http2 = listener.http2().enabled();
        return before != null && before.isOf(config, http2, held)
                ? before
                : ServerTls.of(library, config, http2, held, before);
    }

    /** Whether files hold something else than what is in force, and what they hold is fit or not. */
    boolean areStale() {
        for (ServerTls tls : present.values()) {
            try {
                if (!tls.certificates().equals(Certificates.read(tls.config()))) {
                    return true;
                }
            } catch (IOException e) {
                return true;
            }
        }
        return false;
    }

    /** Puts in force what was made; what it replaces is closed, once nobody asks for it any more. */
    void take(Map<String, ServerTls> made) {
        Map<String, ServerTls> before = present;
        present = Map.copyOf(made);
        before.values().stream().filter(tls -> !made.containsValue(tls)).forEach(ServerTls::close);
        if (!made.isEmpty()) {
            tellLibrary();
        }
    }

    /** Throws away what was made. */
    void drop(Map<String, ServerTls> made) {
        made.values().stream().filter(tls -> !present.containsValue(tls)).forEach(ServerTls::close);
    }

    private void tellLibrary() {
        if (told) {
            return;
        }
        told = true;
        switch (library) {
            case BORINGSSL -> log.info("TLS by BoringSSL");
            case JDK ->
                log.warn("TLS by the JDK, which takes several times the CPU and the memory: {}", TlsLibrary.lack());
        }
    }

    /** What each listener that speaks TLS has; any thread. */
    Map<String, ServerTls> present() {
        return present;
    }

    @Override
    public void close() {
        take(Map.of());
    }
}
