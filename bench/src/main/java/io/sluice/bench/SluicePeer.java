package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Sluice, started by its own launcher.
 *
 * @param launcher the {@code sluice} script of the build to measure
 * @param javaOptions JVM flags given on top of the launcher's, separated by blanks; may be empty
 * @param transport value of the config key
 * @param routes rows of the routing table, at least 1; the measured requests hit the one in the middle
 * @param upstreamConnections hard cap of the endpoint's pool
 * @param perAddress most client connections of one address; 0: no limit
 * @param clients what it speaks with them; HTTP/2 needs no word in its config
 * @param upstream what it speaks with the backend, in cleartext
 */
record SluicePeer(
        String name,
        Path launcher,
        String javaOptions,
        String transport,
        int routes,
        int upstreamConnections,
        int perAddress,
        Speech clients,
        Speech upstream)
        implements Peer {
    private static final int ROUTES_PER_HOST = 8;

    SluicePeer(
            String name,
            Path launcher,
            String javaOptions,
            String transport,
            int routes,
            int upstreamConnections,
            int perAddress) {
        this(
                name,
                launcher,
                javaOptions,
                transport,
                routes,
                upstreamConnections,
                perAddress,
                Speech.PLAIN,
                Speech.PLAIN);
    }

    @Override
    public String host() {
        return hostOf(routes / 2);
    }

    @Override
    public boolean settles() {
        return true;
    }

    @Override
    public List<String> versionCommand() {
        return List.of(launcher.toString(), "version");
    }

    @Override
    public Launch prepare(Seat seat) throws IOException {
        SiteCertificate site = seat.certificate();
        String certificates = site == null
                ? ""
                : "tls: { certificates: [ { certificate: \"" + site.certificate() + "\", key: \"" + site.key()
                        + "\" } ], sessionTickets: off }";
        String config = Template.of("sluice.yaml")
                .fill(Map.of(
                        "transport",
                        transport,
                        "admin",
                        seat.adminPort(),
                        "port",
                        seat.port(),
                        "tls",
                        certificates,
                        "backend",
                        seat.backendPort(),
                        "connections",
                        upstreamConnections,
                        "protocol",
                        upstream.http2() ? "h2" : "http1",
                        "perAddress",
                        perAddress == 0 ? "none" : perAddress,
                        "routes",
                        routeTable()));
        Path file = Files.writeString(seat.directory().resolve("sluice.yaml"), config);
        return new Launch(
                List.of(launcher.toString(), "run", "-c", file.toString()), Map.of("SLUICE_JAVA_OPTS", javaOptions));
    }

    /** The routing table as YAML, one row a line. */
    String routeTable() {
        return IntStream.range(0, routes).mapToObj(this::route).collect(Collectors.joining("\n"));
    }

    private String route(int index) {
        String path = index == routes / 2 ? "/bench/**" : "/service-" + index % ROUTES_PER_HOST + "/**";
        return "  - { name: route-" + index + ", match: { host: " + hostOf(index) + ", path: " + path
                + " }, to: backend }";
    }

    private static String hostOf(int index) {
        return "host-" + index / ROUTES_PER_HOST + ".bench.test";
    }
}
