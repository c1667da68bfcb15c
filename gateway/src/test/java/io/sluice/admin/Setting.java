package io.sluice.admin;

import io.sluice.Gateway;
import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import io.sluice.testing.AdminClient;
import io.sluice.testing.RawPeer;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A gateway of a config file in a folder, with an admin listener, and a backend. */
final class Setting implements AutoCloseable {
    static final String CONFIG = """
            threads: 2
            admin: { bind: '127.0.0.1:0' }
            listeners:
              web: { bind: '127.0.0.1:0' }
              side: { bind: '127.0.0.1:0' }
            upstreams:
              orders: { endpoints: [ 'BACKEND' ] }
            routes:
              - { name: all, to: orders }
              - { name: fixed, match: { path: '/fixed/**' }, respond: { status: 204 } }
              - { name: nowhere, match: { path: '/nowhere/**' }, to: gone }
            """.replace("upstreams:\n", "upstreams:\n  gone: { endpoints: [ '127.0.0.1:1' ] }\n");

    final ScriptedBackend backend = ScriptedBackend.byHand();
    final Path file;
    final String yaml;
    final Gateway gateway;

    private Setting(Path folder, String config) throws Exception {
        yaml = config.replace("BACKEND", backend.endpoint());
        file = Files.writeString(folder.resolve("sluice.yaml"), yaml);
        LoadResult.Loaded loaded = (LoadResult.Loaded) ConfigReader.read(file, Map.of());
        gateway = Gateway.start(loaded, file);
    }

    static Setting in(Path folder) throws Exception {
        return new Setting(folder, CONFIG);
    }

    static Setting in(Path folder, String config) throws Exception {
        return new Setting(folder, config);
    }

    /** Of this machine, whatever address the admin listener is bound to. */
    AdminClient admin() {
        int port = gateway.adminAddress().getPort();
        return AdminClient.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    RawPeer client() throws IOException {
        return RawPeer.connect(gateway.address("web"));
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        backend.close();
    }
}
