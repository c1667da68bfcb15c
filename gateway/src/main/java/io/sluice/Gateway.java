package io.sluice;

import io.prometheus.client.CollectorRegistry;
import io.sluice.admin.AdminServer;
import io.sluice.admin.Author;
import io.sluice.admin.ConfigVersion;
import io.sluice.admin.Control;
import io.sluice.admin.DrainProgress;
import io.sluice.admin.PendingChange;
import io.sluice.admin.ReloadResult;
import io.sluice.admin.Written;
import io.sluice.config.ConfigReader;
import io.sluice.config.DrainConfig;
import io.sluice.config.GatewayConfig;
import io.sluice.config.HostPort;
import io.sluice.config.IncludedFile;
import io.sluice.config.LastGood;
import io.sluice.config.LoadResult;
import io.sluice.proxy.Clients;
import io.sluice.proxy.Descriptors;
import io.sluice.proxy.Listener;
import io.sluice.proxy.Proxy;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.SampledHead;
import io.sluice.telemetry.Telemetry;
import io.sluice.upstream.Upstream;
import io.sluice.wire.Loops;
import io.sluice.wire.ResponseMemory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The running gateway: starting, running, draining, closed, in this order. Who starts it closes it.
 *
 * <p>Changes of the config come one at a time; {@link InForce} makes them. All methods may be called from any thread but a loop.
 */
public final class Gateway implements Control, AutoCloseable {
    private enum Phase {
        STARTING,
        RUNNING,
        ENDING
    }

    private final InForce inForce;
    private final @Nullable Path file;
    private final Loops loops;
    private final Telemetry telemetry;
    private final Inclusions inclusions;
    private final Required required = new Required(this::snapshot);
    private final Proxy proxy;
    private final Listeners listeners;
    private final Clients clients;
    private final ConfigChanges changes;
    private final ReentrantLock changing;
    private volatile Phase phase = Phase.STARTING;
    private volatile @Nullable Drain drain;
    private volatile @Nullable Runnable ending;
    private boolean ended;
    private @Nullable AdminServer admin;
    private volatile @Nullable Reloader reloader;

    private Gateway(
            InForce inForce,
            @Nullable Path file,
            Inclusions inclusions,
            History history,
            Loops loops,
            Telemetry telemetry) {
        this.inForce = inForce;
        this.inclusions = inclusions;
        this.file = file;
        this.loops = loops;
        this.telemetry = telemetry;
        this.proxy = inForce.proxy();
        this.listeners = inForce.listeners();
        this.clients = new Clients(proxy);
        this.changes =
                new ConfigChanges(inForce, file, inclusions, history, () -> phase == Phase.RUNNING, this::written);
        this.changing = changes.lock();
        CollectorRegistry registry = telemetry.registry();
        registry.register(new GatewayCollector(this, changes.reloads(), loops.size()));
        registry.register(
                new CertificateCollector(() -> listeners.certificates().present()));
        registry.register(new LimitsCollector(proxy, () -> snapshot().routes()));
        registry.register(new PoolCollector(() -> snapshot().upstreams().values()));
        registry.register(new HealthCollector(() -> snapshot().upstreams().values()));
        registry.register(new UpstreamTlsCollector(() -> snapshot().upstreams().values()));
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
            Telemetry telemetry = new Telemetry();
            History history = new History(file);
            long version = history.first(text, inclusions.files());
            InForce inForce = new InForce(config, text, version, loops, telemetry);
            return new Gateway(inForce, file, inclusions, history, loops, telemetry);
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
        inForce.openAccessLog();
        HostPort bind = snapshot().config().admin().bind();
        if (bind != null) {
            openAdmin(bind);
        }
        required.await();
        inForce.listen();
        phase = Phase.RUNNING;
        if (file != null) {
            reloader = new Reloader(file, snapshot().text(), inclusions.files(), this::reload);
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

    // ---- change

    private void written() {
        Reloader watching = reloader;
        if (watching != null) {
            watching.written();
        }
    }

    /** Reads the config file again and takes it over if it is good. */
    public ReloadResult reload() {
        return changes.reload(Author.FILE);
    }

    @Override
    public ReloadResult reload(Author author) {
        return changes.reload(author);
    }

    @Override
    public Written write(byte[] yaml, @Nullable Predicate<String> expected, Author author, @Nullable Duration confirm) {
        return changes.write(yaml, expected, author, confirm);
    }

    @Override
    public Written confirm(@Nullable Predicate<String> expected) {
        return changes.confirm(expected);
    }

    @Override
    public Written rollback(
            long version, @Nullable Predicate<String> expected, Author author, @Nullable Duration confirm) {
        return changes.rollback(version, expected, author, confirm);
    }

    @Override
    public @Nullable PendingChange pending() {
        return changes.pending();
    }

    @Override
    public List<ConfigVersion> history() {
        return changes.history();
    }

    @Override
    public @Nullable Path historyFolder() {
        return changes.historyFolder();
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
        return changes.apply(config, text);
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
        return drain(snapshot().config().drain()).await();
    }

    /** As {@link #drain()}, with another timeout. */
    public boolean drain(Duration timeout) {
        return drain(snapshot().config().drain().within(timeout)).await();
    }

    @Override
    public void startDrain() {
        drain(snapshot().config().drain());
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
        changes.close();
        Reloader watching = reloader;
        if (watching != null) {
            watching.close();
        }
        if (drain != null) {
            drain.hurry();
        }
        listeners.abort();
        inForce.close();
        snapshot().upstreams().values().forEach(Upstream::retire);
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
        return inForce.snapshot();
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
        return changes.reloads().last();
    }

    @Override
    public List<Listener> listeners() {
        return listeners.open();
    }

    @Override
    public Outlook outlook(GatewayConfig config) {
        return inForce.outlook(config);
    }

    @Override
    public LoadResult read(byte[] yaml) {
        Path from = file;
        return from == null
                ? ConfigReader.read("config", yaml, null, System.getenv())
                : ConfigReader.reread(from, yaml, System.getenv(), inclusions.lastGood());
    }

    @Override
    public List<SampledHead> samples() {
        return proxy.samples();
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
