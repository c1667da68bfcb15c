package io.sluice;

import io.sluice.admin.AdminServer;
import io.sluice.admin.Control;
import io.sluice.admin.DrainProgress;
import io.sluice.admin.ReloadResult;
import io.sluice.admin.Written;
import io.sluice.config.ConfigReader;
import io.sluice.config.DrainConfig;
import io.sluice.config.GatewayConfig;
import io.sluice.config.HostPort;
import io.sluice.config.IncludedFile;
import io.sluice.config.LastGood;
import io.sluice.config.LoadResult;
import io.sluice.config.Problem;
import io.sluice.proxy.Clients;
import io.sluice.proxy.Descriptors;
import io.sluice.proxy.Listener;
import io.sluice.proxy.Proxy;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.Telemetry;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import io.sluice.wire.ResponseMemory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running gateway: starting, running, draining, closed, in this order. Who starts it closes it.
 *
 * <p>A new config is built and its new listeners are bound beside the running ones; then one volatile write puts the new
 * snapshot in force; then what is gone is retired and drained. Whatever fails before the write leaves everything as it
 * was. Changes come one at a time. All methods may be called from any thread but a loop.
 */
public final class Gateway implements Control, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private enum Phase {
        STARTING,
        RUNNING,
        ENDING
    }

    private static final Written NO_FILE =
            new Written.Impossible("the config did not come from a file", "a gateway started from a file");

    private final GatewayConfig started;
    private final @Nullable Path file;
    private final Loops loops;
    private final Telemetry telemetry = new Telemetry();
    private final Reloads reloads = new Reloads();
    private final Inclusions inclusions;
    private final Required required = new Required(this::snapshot);
    private final Proxy proxy;
    private final Listeners listeners;
    private final Clients clients;
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Snapshot snapshot;
    private volatile Phase phase = Phase.STARTING;
    private volatile @Nullable Drain drain;
    private volatile @Nullable Runnable ending;
    private boolean ended;
    private @Nullable AdminServer admin;
    private @Nullable Reloader reloader;

    private Gateway(
            GatewayConfig config, @Nullable String text, @Nullable Path file, Inclusions inclusions, Loops loops) {
        this.started = config;
        this.inclusions = inclusions;
        this.file = file;
        this.loops = loops;
        loops.names().configure(config.resolve());
        this.snapshot = Snapshot.build(config, text, null, loops, telemetry);
        this.proxy = new Proxy(loops, telemetry, () -> snapshot);
        this.listeners = new Listeners(proxy);
        reserve();
        this.clients = new Clients(proxy);
        loops.responseMemory(config.memory().responses());
        proxy.limits(config.limits());
        telemetry.registry().register(new GatewayCollector(this, reloads, loops.size()));
        telemetry
                .registry()
                .register(
                        new CertificateCollector(() -> listeners.certificates().present()));
        telemetry.registry().register(new LimitsCollector(proxy, () -> snapshot.routes()));
        telemetry
                .registry()
                .register(new PoolCollector(() -> snapshot.upstreams().values()));
        telemetry
                .registry()
                .register(new HealthCollector(() -> snapshot.upstreams().values()));
        telemetry
                .registry()
                .register(new UpstreamTlsCollector(() -> snapshot.upstreams().values()));
    }

    /**
     * Starts a gateway: when this returns, all listeners accept and the config file, if there is one, is watched. Waits until
     * each upstream that is required has a healthy endpoint; the admin listener is there meanwhile.
     *
     * @param text the source of the config; null where it did not come from one
     * @param file where it was read from; null: it is never read again
     * @throws StartException if it can't; what had been opened is closed again
     */
    public static Gateway start(GatewayConfig config, @Nullable String text, @Nullable Path file)
            throws StartException {
        return start(config, text, file, new Inclusions(List.of(), LastGood.NOTHING));
    }

    /**
     * Starts a gateway from a config that was read, as {@link #start(GatewayConfig, String, Path)}.
     *
     * @throws StartException as there
     */
    public static Gateway start(LoadResult.Loaded loaded, @Nullable Path file) throws StartException {
        return start(loaded.config(), loaded.text(), file, new Inclusions(loaded.included(), loaded.lastGood()));
    }

    private static Gateway start(
            GatewayConfig config, @Nullable String text, @Nullable Path file, Inclusions inclusions)
            throws StartException {
        Gateway gateway = made(config, text, file, inclusions, loops(config));
        try {
            gateway.open();
            return gateway;
        } catch (StartException e) {
            gateway.close();
            throw e;
        }
    }

    private static Gateway made(
            GatewayConfig config, @Nullable String text, @Nullable Path file, Inclusions inclusions, Loops loops)
            throws StartException {
        try {
            return new Gateway(config, text, file, inclusions, loops);
        } catch (IllegalArgumentException e) {
            // a file that the config names is not what it was when the config was read
            loops.close();
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private static Loops loops(GatewayConfig config) throws StartException {
        try {
            return new Loops(config.transport(), config.threads());
        } catch (IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private void open() throws StartException {
        openAccessLog(started);
        if (started.admin().bind() != null) {
            openAdmin(started.admin().bind());
        }
        required.await();
        listeners.commit(listeners.prepare(started.listeners().values()));
        phase = Phase.RUNNING;
        if (file != null) {
            reloader = new Reloader(file, snapshot.text(), inclusions.files(), this::reload);
        }
    }

    private void openAdmin(HostPort bind) throws StartException {
        try {
            admin = AdminServer.open(bind, this);
        } catch (IllegalArgumentException e) {
            throw new StartException("admin.bind: " + e.getMessage());
        } catch (IOException e) {
            throw new StartException("admin.bind: " + bind + " (" + Listeners.reason(e) + ")");
        }
    }

    private void openAccessLog(GatewayConfig config) throws StartException {
        try {
            telemetry.accessLog(config.accessLog());
        } catch (IOException e) {
            throw new StartException("accessLog: " + e.getMessage() + " (expected: a file that can be appended to)");
        }
    }

    /** Keeps descriptors for the most upstream connections that there can be at once, those of health checks included; again when names get other addresses. */
    private void reserve() {
        long most = 0;
        for (Upstream upstream : snapshot.upstreams().values()) {
            upstream.onChange(this::reserve);
            int checks = upstream.config().health().check() == null ? 0 : 1;
            most += (long) upstream.endpoints().size()
                    * (upstream.config().connections().max() + checks);
        }
        proxy.reserve(most);
    }

    // ---- change

    /** Reads the config file again and takes it over if it is good. */
    @Override
    public ReloadResult reload() {
        changing.lock();
        try {
            if (file == null) {
                return reloads.record(rejected("the config did not come from a file, so there is nothing to reload"));
            }
            return switch (ConfigReader.reread(file, System.getenv(), inclusions.lastGood())) {
                case LoadResult.Loaded loaded -> take(loaded);
                case LoadResult.Rejected refused ->
                    reloads.record(new ReloadResult.Rejected(snapshot.version(), refused.problems()));
            };
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Written write(byte[] yaml, @Nullable Predicate<String> expected) {
        changing.lock();
        try {
            return file == null ? NO_FILE : new ConfigWriting(file, yaml, this, inclusions, reloads).write(expected);
        } finally {
            changing.unlock();
        }
    }

    /** Puts in force what was read from the file, and from those that it includes; for who changes the config already. */
    ReloadResult take(LoadResult.Loaded loaded) {
        return reloads.record(inclusions.taken(loaded, change(loaded.config(), loaded.text())));
    }

    /** As {@link #apply(GatewayConfig, String)}, without a source. */
    public ReloadResult apply(GatewayConfig config) {
        return apply(config, null);
    }

    /**
     * Puts a config in force, or refuses it and leaves everything as it was.
     *
     * @param text its source
     */
    public ReloadResult apply(GatewayConfig config, @Nullable String text) {
        changing.lock();
        try {
            return reloads.record(change(config, text));
        } finally {
            changing.unlock();
        }
    }

    private ReloadResult change(GatewayConfig config, @Nullable String text) {
        Snapshot current = snapshot;
        if (phase != Phase.RUNNING) {
            return rejected("the gateway is shutting down");
        }
        if (config.equals(current.config())
                && Objects.equals(text, current.text())
                && !listeners.certificates().areStale()) {
            current.renewFiles();
            return new ReloadResult.Unchanged(current.version(), List.of());
        }
        long begun = System.nanoTime();
        Snapshot next;
        // before new names are looked up
        loops.names().configure(config.resolve());
        try {
            next = Snapshot.build(config, text, current, loops, telemetry);
        } catch (RuntimeException e) {
            // what the config reader should have refused: the config that runs must not suffer from it
            log.error("config can't be built", e);
            loops.names().configure(current.config().resolve());
            return rejected("can't be built: " + e.getMessage());
        }
        Listeners.Change change;
        try {
            change = prepare(config);
        } catch (StartException e) {
            next.retiredBy(current).forEach(Upstream::retire);
            loops.names().configure(current.config().resolve());
            return rejected(String.valueOf(e.getMessage()));
        }
        snapshot = next;
        listeners.commit(change);
        next.renewFiles();
        reserve();
        loops.responseMemory(config.memory().responses());
        proxy.limits(config.limits());
        current.retiredBy(next).forEach(Upstream::retire);
        drainRemoved(change.removed(), config.drain());
        forgetRows();
        logChange(next, current, System.nanoTime() - begun);
        return new ReloadResult.Applied(next.version(), Restarts.of(config, started, loops, listeners.open()));
    }

    /** All that can fail of a change, done or undone as a whole. */
    private Listeners.Change prepare(GatewayConfig config) throws StartException {
        Listeners.Change change = listeners.prepare(config.listeners().values());
        try {
            openAccessLog(config);
            return change;
        } catch (StartException e) {
            listeners.undo(change);
            throw e;
        }
    }

    private ReloadResult.Rejected rejected(String message) {
        String name = file == null ? "config" : file.toString();
        return new ReloadResult.Rejected(snapshot.version(), List.of(new Problem(name, 0, 0, message, null)));
    }

    private void drainRemoved(List<Listener> removed, DrainConfig how) {
        if (!removed.isEmpty()) {
            Thread.ofVirtual().name("drain").start(() -> {
                listeners.end(removed, how);
                forgetRows();
            });
        }
    }

    private void forgetRows() {
        GatewayConfig config = snapshot.config();
        telemetry.retain(
                config.routes().stream().map(route -> route.name()).collect(Collectors.toSet()),
                config.listeners().keySet());
    }

    private static void logChange(Snapshot next, Snapshot previous, long nanos) {
        log.info(
                "config version {} in force after {} ms: {}, {} ({} kept)",
                next.version(),
                nanos / 1_000_000,
                Amount.of(next.config().routes().size(), "route"),
                Amount.of(next.upstreams().size(), "upstream"),
                next.upstreams().values().stream()
                        .filter(upstream -> previous.upstreams().get(upstream.name()) == upstream)
                        .count());
    }

    // ---- end

    /** The one drain there is; it begins if it has not yet. */
    private Drain drain(DrainConfig how) {
        changing.lock();
        try {
            phase = Phase.ENDING;
            Drain begun = drain;
            if (begun == null) {
                begun = listeners.drain(how);
                drain = begun;
            }
            return begun;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Drains as the config in force says, or waits for the end of the drain that has begun.
     *
     * @return whether all ended in time
     */
    public boolean drain() {
        return drain(snapshot.config().drain()).await();
    }

    /** As {@link #drain()}, with another timeout. */
    public boolean drain(Duration timeout) {
        return drain(snapshot.config().drain().within(timeout)).await();
    }

    @Override
    public void startDrain() {
        drain(snapshot.config().drain());
    }

    @Override
    public @Nullable DrainProgress drainProgress() {
        Drain begun = drain;
        return begun == null ? null : begun.progress();
    }

    /** Lets the admin API end the process: {@code begin} is called once at most for each time that it asks for that. */
    void endedBy(Runnable begin) {
        ending = begin;
    }

    @Override
    public @Nullable Runnable shutdown() {
        return ending;
    }

    /** Ends everything at once; does nothing the second time. */
    @Override
    public void close() {
        changing.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            phase = Phase.ENDING;
        } finally {
            changing.unlock();
        }
        if (reloader != null) {
            reloader.close();
        }
        if (drain != null) {
            drain.hurry();
        }
        listeners.abort();
        listeners.certificates().close();
        snapshot.upstreams().values().forEach(Upstream::retire);
        if (admin != null) {
            admin.close();
        }
        proxy.close();
        loops.close();
        telemetry.close();
    }

    // ---- state

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public @Nullable Path file() {
        return file;
    }

    @Override
    public List<IncludedFile> included() {
        return inclusions.files();
    }

    Inclusions inclusions() {
        return inclusions;
    }

    @Override
    public @Nullable LastReload lastReload() {
        return reloads.last();
    }

    @Override
    public List<Listener> listeners() {
        return listeners.open();
    }

    @Override
    public Clients clients() {
        return clients;
    }

    @Override
    public Descriptors descriptors() {
        return proxy.descriptors();
    }

    @Override
    public ResponseMemory responseMemory() {
        return loops.responseMemory();
    }

    @Override
    public @Nullable String notReady() {
        String lack = required.lack();
        return switch (phase) {
            case STARTING -> lack == null ? "starting" : lack;
            case RUNNING -> lack;
            case ENDING -> "draining";
        };
    }

    @Override
    public Telemetry telemetry() {
        return telemetry;
    }

    /** The transport in use: epoll, io_uring, kqueue or nio. */
    public String transport() {
        return loops.transport();
    }

    /** How many event loops there are. */
    public int loops() {
        return loops.size();
    }

    /**
     * The address that a listener accepts on, with the port that the system chose where the config says 0.
     *
     * @throws IllegalArgumentException if no open listener with a port has that name
     */
    public InetSocketAddress address(String listener) {
        for (Listener open : listeners.open()) {
            if (open.config().name().equals(listener) && open.address() instanceof InetSocketAddress address) {
                return address;
            }
        }
        throw new IllegalArgumentException("listener: " + listener + " (expected: one that is open and has a port)");
    }

    /** The address of the admin listener; null where there is none. */
    public @Nullable InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }
}
