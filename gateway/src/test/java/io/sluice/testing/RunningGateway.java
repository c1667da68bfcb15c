package io.sluice.testing;

import io.sluice.Gateway;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** A gateway in this process, on ports of its own. The only place in the wire tests that knows how one is started. */
public final class RunningGateway implements AutoCloseable {
    private final Gateway gateway;

    private RunningGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    /** One listener, one upstream of these backends, one route for everything. */
    public static RunningGateway before(ScriptedBackend... backends) throws IOException {
        return of(Setup.of(backends));
    }

    public static RunningGateway of(Setup setup) throws IOException {
        return of(setup.yaml());
    }

    /** From the text of a config file. */
    public static RunningGateway of(String yaml) throws IOException {
        LoadResult.Loaded loaded = load(yaml);
        return new RunningGateway(Gateway.start(loaded.config(), loaded.text(), null));
    }

    private static LoadResult.Loaded load(String yaml) {
        return switch (ConfigReader.read("test.yaml", yaml, null, Map.of())) {
            case LoadResult.Loaded loaded -> loaded;
            case LoadResult.Rejected rejected ->
                throw new AssertionError("config of a test: " + rejected.problems() + "\n" + yaml);
        };
    }

    /** Applies another config, as a reload does. */
    public void reload(String yaml) throws Exception {
        gateway.apply(load(yaml).config());
    }

    /** Of the listener {@code web}. */
    public InetSocketAddress address() {
        return address("web");
    }

    public InetSocketAddress address(String listener) {
        return gateway.address(listener);
    }

    /** A new client connection to the listener {@code web}. */
    public RawPeer client() throws IOException {
        return RawPeer.connect(address());
    }

    /** One exchange on a connection of its own. */
    public WireMessage exchange(String request) throws IOException {
        try (RawPeer client = client()) {
            return client.send(request).response();
        }
    }

    @Override
    public void close() {
        gateway.close();
    }
}
