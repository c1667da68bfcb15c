package io.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The scenario {@code stale}: what becomes of requests when the backend closes connections without saying so. */
@Command(
        name = "stale",
        description = "What becomes of requests when the backend closes kept connections without saying so.",
        sortOptions = false)
final class StaleCommand implements Callable<Integer> {
    private static final List<String> HEAD =
            List.of("proxy", "safe requests", "failed", "POSTs", "failed", "carried out twice", "upstream connections");

    @Option(
            names = "--manner",
            split = ",",
            paramLabel = "NAME",
            description = "What the backend does: after-idle, after-head, at-lease, every-seventh (default: all).")
    private List<Rude> manners = List.of(Rude.values());

    @Mixin
    private PeerOptions proxies = new PeerOptions();

    @Option(names = "--clients", paramLabel = "N", description = "Clients (default: ${DEFAULT-VALUE}).")
    private int clients = 32;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Times that they ask; they are silent for 0.5 to 5.5 s each time (default: ${DEFAULT-VALUE}).")
    private int rounds = 10;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "Requests of each client each time (default: ${DEFAULT-VALUE}).")
    private int requests = 10;

    @Mixin
    private TableOptions table = new TableOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        proxies.atLeast(1, "--clients", clients);
        proxies.atLeast(1, "--rounds", rounds);
        proxies.atLeast(1, "--requests", requests);
        proxies.check();
        proxies.checkPlain();
        List<Peer> peers = proxies.peers(HeaderWork.PLAIN, Room.USUAL, Manner.USUAL);
        table.printHead(List.of(Machine.description(peers) + "."));
        for (Rude manner : manners) {
            List<List<String>> rows = new ArrayList<>();
            for (Peer peer : peers) {
                table.progress().println("  " + manner + ": " + peer.name());
                table.progress().flush();
                rows.add(row(peer, manner));
            }
            table.print("The backend " + manner.title(), new TextTable(HEAD, rows), List.of());
        }
        return 0;
    }

    private List<String> row(Peer peer, Rude manner) throws IOException, InterruptedException {
        try (Stage stage = Stage.open()) {
            int port = stage.ports().take();
            try (RudeBackend backend = new RudeBackend(manner, port)) {
                Running proxy = Running.start(stage, peer, 0, port, Size.SMALL, List.of());
                int before = backend.connections();
                StaleLoad load = new StaleLoad(proxy.seat().port(), peer.host());
                load.run(clients, rounds, requests);
                proxy.checkAlive();
                return List.of(
                        peer.name(),
                        Long.toString(load.safe()),
                        Long.toString(load.failedSafe()),
                        Long.toString(load.posts()),
                        Long.toString(load.failedPosts()),
                        Long.toString(backend.runTwice()),
                        Integer.toString(backend.connections() - before));
            }
        }
    }
}
