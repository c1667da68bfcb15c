package io.sluice;

import io.sluice.config.BindAddress;
import io.sluice.config.DrainConfig;
import io.sluice.config.HostPort;
import io.sluice.config.ListenerConfig;
import io.sluice.proxy.Listener;
import io.sluice.proxy.Proxy;
import io.sluice.tls.ServerTls;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The listeners that are open, and how they change with the config: {@link #prepare} binds what is new and leaves the rest as
 * it is, then either {@link #commit} or {@link #undo}. A listener is known by its address, so one that only got another
 * name, limits or timeouts keeps its socket. Changed by one thread at a time; read by any.
 */
final class Listeners {
    private final Proxy proxy;
    private final ListenerCertificates certificates = new ListenerCertificates();
    private final List<Listener> ending = new CopyOnWriteArrayList<>();
    private volatile List<Listener> open = List.of();

    Listeners(Proxy proxy) {
        this.proxy = proxy;
    }

    /**
     * A change that is ready to be made.
     *
     * @param after the listeners after it, in file order
     * @param kept those of them that run already, with what they are to become
     * @param opened those of them that were bound for it
     * @param removed those to be drained
     * @param tls of those after it that speak TLS, by name
     */
    record Change(
            List<Listener> after,
            Map<Listener, ListenerConfig> kept,
            List<Listener> opened,
            List<Listener> removed,
            Map<String, ServerTls> tls) {}

    /** The certificates of those that speak TLS. */
    ListenerCertificates certificates() {
        return certificates;
    }

    /** The open ones, in file order. */
    List<Listener> open() {
        return open;
    }

    /**
     * Binds what is new. Waits: not on a loop.
     *
     * @throws StartException if an address cannot be bound; nothing has changed then
     */
    Change prepare(Collection<ListenerConfig> wanted) throws StartException {
        List<Listener> unclaimed = new ArrayList<>(open);
        Map<ListenerConfig, Listener> claims = claims(wanted, unclaimed);
        List<Listener> after = new ArrayList<>();
        List<Listener> opened = new ArrayList<>();
        Map<Listener, ListenerConfig> kept = new LinkedHashMap<>();
        Map<String, ServerTls> tls = certificates.prepare(wanted);
        for (ListenerConfig config : wanted) {
            Listener listener = claims.get(config);
            if (listener == null) {
                listener = open(config, tls, opened);
                opened.add(listener);
            } else {
                kept.put(listener, config);
            }
            after.add(listener);
        }
        return new Change(List.copyOf(after), kept, List.copyOf(opened), List.copyOf(unclaimed), tls);
    }

    /** Those whose sockets would stay, with what they would become. */
    Map<Listener, ListenerConfig> kept(Collection<ListenerConfig> wanted) {
        Map<Listener, ListenerConfig> kept = new LinkedHashMap<>();
        claims(wanted, new ArrayList<>(open)).forEach((config, listener) -> kept.put(listener, config));
        return kept;
    }

    private static Map<ListenerConfig, Listener> claims(Collection<ListenerConfig> wanted, List<Listener> unclaimed) {
        Map<ListenerConfig, Listener> claims = new LinkedHashMap<>();
        for (ListenerConfig config : wanted) {
            claim(config, unclaimed, running -> running.name().equals(config.name()), claims);
        }
        for (ListenerConfig config : wanted) {
            // port 0 is another port for each
            if (!claims.containsKey(config) && !isAnyPort(config.bind())) {
                claim(config, unclaimed, running -> true, claims);
            }
        }
        return claims;
    }

    private static boolean isAnyPort(BindAddress bind) {
        return bind instanceof HostPort address && address.port() == 0;
    }

    private static void claim(
            ListenerConfig config,
            List<Listener> unclaimed,
            Predicate<ListenerConfig> among,
            Map<ListenerConfig, Listener> claims) {
        BindAddress bind = config.bind();
        for (Listener listener : unclaimed) {
            if (listener.config().bind().equals(bind) && among.test(listener.config())) {
                claims.put(config, listener);
                unclaimed.remove(listener);
                return;
            }
        }
    }

    private Listener open(ListenerConfig config, Map<String, ServerTls> tls, List<Listener> openedBefore)
            throws StartException {
        Listener listener = new Listener(proxy, config, tls.get(config.name()));
        try {
            listener.open();
            return listener;
        } catch (IOException e) {
            openedBefore.forEach(Listener::abort);
            certificates.drop(tls);
            throw new StartException("listeners." + config.name() + ".bind: " + config.bind() + " (" + reason(e) + ")");
        }
    }

    /** Makes the change, but for the removed ones, which {@link #end} is for. */
    void commit(Change change) {
        change.kept().forEach((listener, config) -> {
            ServerTls tls = change.tls().get(config.name());
            if (!listener.config().equals(config) || !Objects.equals(listener.tls(), tls)) {
                listener.reconfigure(config, tls);
            }
        });
        certificates.take(change.tls());
        ending.addAll(change.removed());
        open = change.after();
    }

    /** Takes the change back. */
    void undo(Change change) {
        change.opened().forEach(Listener::abort);
        certificates.drop(change.tls());
    }

    /** Drains listeners that a change has removed. Waits: not on a loop. */
    void end(List<Listener> removed, DrainConfig how) {
        Drain.start(proxy, removed, how.withoutGrace()).await();
        ending.removeAll(removed);
    }

    /** Begins to drain all that there are. */
    Drain drain(DrainConfig how) {
        return Drain.start(proxy, all(), how);
    }

    /** Cuts off all that there are. */
    void abort() {
        all().forEach(Listener::abort);
    }

    private List<Listener> all() {
        List<Listener> all = new ArrayList<>(open);
        all.addAll(ending);
        return all;
    }

    /** Why an address could not be bound, in a few words. */
    static String reason(IOException failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("Address already in use")) {
            return "address in use";
        }
        if (text.contains("Permission denied")) {
            return "permission denied; ports below 1024 need root or CAP_NET_BIND_SERVICE";
        }
        if (text.contains("Cannot assign requested address")) {
            return "expected: an address of this machine";
        }
        if (isUnresolved(failure.getCause())) {
            return "expected: a host name that resolves, or an address";
        }
        return text;
    }

    private static boolean isUnresolved(@Nullable Throwable cause) {
        return cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException;
    }
}
