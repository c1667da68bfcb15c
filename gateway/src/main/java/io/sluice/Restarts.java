package io.sluice;

import io.sluice.config.GatewayConfig;
import io.sluice.config.ListenerConfig;
import io.sluice.proxy.Listener;
import io.sluice.wire.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Parts of a config that are only read at the start of the process. */
final class Restarts {
    private Restarts() {}

    /**
     * A word on each that is not as the process was started.
     *
     * @param listeners those whose sockets stay, with what they become
     */
    static List<String> of(
            GatewayConfig config, GatewayConfig started, Loops loops, Map<Listener, ListenerConfig> listeners) {
        List<String> parts = new ArrayList<>();
        if (config.threads() != started.threads()) {
            parts.add("threads: needs a restart; the number of event loops stays " + loops.size());
        }
        if (config.transport() != started.transport()) {
            parts.add("transport: needs a restart; it stays " + loops.transport());
        }
        listeners.forEach((listener, wanted) -> {
            if (!wanted.accept().equals(listener.accept())) {
                parts.add("listeners." + wanted.name() + ".accept: needs a restart; the socket stays as it is");
            }
        });
        if (!Objects.equals(config.admin().bind(), started.admin().bind())) {
            parts.add("admin.bind: needs a restart; it stays " + started.admin().bind());
        }
        return parts;
    }
}
