package io.sluice;

import io.netty.util.NetUtil;
import io.sluice.config.GatewayConfig;
import io.sluice.proxy.Listener;
import io.sluice.route.Snapshot;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says when the gateway has started. */
final class Banner {
    private static final Logger log = LoggerFactory.getLogger("io.sluice.Sluice");

    private Banner() {}

    static void log(Gateway gateway) {
        Snapshot snapshot = gateway.snapshot();
        GatewayConfig config = snapshot.config();
        Path file = gateway.file();
        log.info("sluice {} is up after {} ms", Version.read(), millisSinceStart());
        log.info(
                "config: {}, version {}: {}, {}",
                file == null ? "none" : file,
                snapshot.version(),
                Amount.of(config.routes().size(), "route"),
                Amount.of(config.upstreams().size(), "upstream"));
        for (Listener listener : gateway.listeners()) {
            String url = url(listener);
            String shown = listener.tls() == null ? url : url.replaceFirst("^http:", "https:");
            log.info("listener {}: {}", listener.config().name(), shown);
        }
        InetSocketAddress admin = gateway.adminAddress();
        log.info("admin: {}", admin == null ? "off" : url(admin));
        log.info("transport: {}, {}", gateway.transport(), Amount.of(gateway.loops(), "event loop"));
    }

    /** A URL that reaches a listener; of one on a Unix socket its path. */
    static String url(Listener listener) {
        return listener.address() instanceof InetSocketAddress inet ? url(inet) : listener.addressText();
    }

    /** A URL that reaches an address; for a listener on all addresses, from this machine. */
    static String url(InetSocketAddress address) {
        String authority = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1:" + address.getPort()
                : NetUtil.toSocketAddressString(address);
        return "http://" + authority + "/";
    }

    private static long millisSinceStart() {
        Instant now = Instant.now();
        Instant begun = ProcessHandle.current().info().startInstant().orElse(now);
        return Duration.between(begun, now).toMillis();
    }
}
