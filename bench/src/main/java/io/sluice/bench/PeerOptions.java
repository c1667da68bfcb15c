package io.sluice.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of all scenarios that say which proxies take part, and with which settings. */
final class PeerOptions {
    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "Proxies to run (default: nginx,haproxy,sluice).")
    private List<Kind> kinds = List.of(Kind.values());

    @Option(
            names = "--peer",
            paramLabel = "NAME=FLAGS",
            description = "One more Sluice with these JVM flags (repeatable), such as big=-Xmx4g.")
    private Map<String, String> variants = new LinkedHashMap<>();

    @Option(
            names = "--launcher",
            paramLabel = "NAME=FILE",
            description = "The sluice script that the Sluice of that name is started by (repeatable): another build.")
    private Map<String, Path> launchers = new LinkedHashMap<>();

    @Option(names = "--sluice-opts", paramLabel = "FLAGS", description = "JVM flags for every Sluice.")
    private String sluiceOptions = "";

    @Option(
            names = "--transport",
            split = ",",
            paramLabel = "NAME",
            description = "Transports of Sluice; each one is run (default: auto).")
    private List<String> transports = List.of("auto");

    @Option(
            names = "--routes",
            split = ",",
            paramLabel = "N",
            description = "Sizes of Sluice's routing table; each one is run (default: 10).")
    private List<Integer> routes = List.of(10);

    @Option(
            names = "--upstream-connections",
            paramLabel = "N",
            description =
                    "Cap of Sluice's pool (default: ${DEFAULT-VALUE}); nginx keeps 64 idle for each worker, HAProxy all.")
    private int upstreamConnections = 64;

    @Option(
            names = "--per-address",
            paramLabel = "N",
            description = "Most client connections of one address that Sluice takes; 0: any number (the default).")
    private int perAddress;

    @Option(names = "--tls", description = "Clients speak TLS, with a certificate on P-256; no session is resumed.")
    private boolean tls;

    @Option(names = "--h2", description = "Clients speak HTTP/2: with --tls by ALPN, else by prior knowledge.")
    private boolean http2;

    @Option(
            names = "--upstream-h2",
            description = "Each Sluice is run a second time, with HTTP/2 in cleartext to the backend.")
    private boolean upstreamHttp2;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Refuses wrong values by name. */
    void check() {
        atLeast(1, "--upstream-connections", upstreamConnections);
        atLeast(0, "--per-address", perAddress);
        routes.forEach(count -> atLeast(1, "--routes", count));
        List<Peer> peers = peers(HeaderWork.PLAIN, Room.USUAL);
        if (peers.isEmpty()) {
            throw refused("no proxy (expected: at least one of --peers or --peer)");
        }
        peers.forEach(this::checkLauncher);
    }

    /** Refuses what the scenario has no clients for, or no backend. */
    void checkPlain() {
        refuse(tls, "--tls");
        refuse(http2, "--h2");
        refuse(upstreamHttp2, "--upstream-h2");
    }

    /** Refuses an option that was given and doesn't fit the others. */
    void refuse(boolean given, String option) {
        if (given) {
            throw refused(option + " (expected: not here)");
        }
    }

    /** What clients speak with the proxies. */
    Speech clients() {
        return new Speech(tls, http2);
    }

    /** Whether {@code --upstream-h2} was given. */
    boolean hasHttp2Upstreams() {
        return upstreamHttp2;
    }

    private void checkLauncher(Peer peer) {
        if (peer instanceof SluicePeer sluice && !Files.isExecutable(sluice.launcher())) {
            throw refused(sluice.name() + ": " + sluice.launcher() + " (expected: the launcher, an executable file)");
        }
    }

    /** Refuses a value that is too small. */
    void atLeast(int least, String option, int value) {
        Usage.atLeast(spec, least, option, value);
    }

    ParameterException refused(String message) {
        return Usage.wrong(spec, message);
    }

    /** All that take part, in the order of the options. */
    List<Peer> peers(HeaderWork work, Room room) {
        return peers(work, room, Manner.LEAN);
    }

    /** The same, the others set up in that manner. */
    List<Peer> peers(HeaderWork work, Room room, Manner manner) {
        List<Peer> peers = new ArrayList<>();
        for (Kind kind : kinds) {
            switch (kind) {
                case NGINX -> peers.add(new NginxPeer(work, room, manner, clients()));
                case HAPROXY -> peers.add(new HaproxyPeer(work, room, manner, clients()));
                case SLUICE -> addSluice(peers, kind.toString(), "");
            }
        }
        variants.forEach((name, flags) -> addSluice(peers, name, flags));
        return peers;
    }

    private void addSluice(List<Peer> peers, String name, String flags) {
        List<Speech> upstreams = upstreamHttp2 ? List.of(Speech.PLAIN, new Speech(false, true)) : List.of(Speech.PLAIN);
        for (String transport : transports) {
            for (int count : routes) {
                for (Speech upstream : upstreams) {
                    String label = name
                            + (transports.size() > 1 ? " " + transport : "")
                            + (routes.size() > 1 ? " " + count + " routes" : "")
                            + (upstream.http2() ? " h2 upstream" : "");
                    String options = (sluiceOptions + " " + flags).strip();
                    Path launcher = launchers
                            .getOrDefault(name, home().resolve("sluice"))
                            .toAbsolutePath();
                    peers.add(new SluicePeer(
                            label,
                            launcher,
                            options,
                            transport,
                            count,
                            upstreamConnections,
                            perAddress,
                            clients(),
                            upstream));
                }
            }
        }
    }

    /** The project's root, as the script that starts this program knows it. */
    static Path home() {
        return Path.of(System.getProperty("sluice.home", "")).toAbsolutePath();
    }
}
