package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A started proxy that answers. */
record Running(Peer peer, Seat seat, Program program) {
    private static final Duration START = Duration.ofSeconds(20);

    /** Says how many connections to the backend there are now. */
    interface UpstreamCount {
        int count() throws IOException, InterruptedException;
    }

    /**
     * Starts it and waits for its first right answer.
     *
     * @param number tells its directory from those of others
     * @param prefix goes before its command
     */
    static Running start(Stage stage, Peer peer, int number, int backendPort, Size size, List<String> prefix)
            throws IOException, InterruptedException {
        Path directory = stage.directory("peer-" + number);
        Seat seat = new Seat(
                directory,
                stage.ports().take(),
                stage.ports().take(),
                backendPort,
                peer.clients().tls() ? SiteCertificate.in(directory) : null);
        Program program = stage.start(peer.name(), peer.prepare(seat).prefixed(prefix));
        Running running = new Running(peer, seat, program);
        running.probe().await(size, program, START);
        return running;
    }

    Probe probe() {
        return new Probe(seat.port(), peer.host(), peer.clients());
    }

    CpuTime cpu() {
        return Proc.cpuOfTree(program.handle());
    }

    /** Puts it under load for some seconds; asks in the middle for the number of upstream connections. */
    Round round(Stage stage, Load load, int seconds, List<String> loadPrefix, UpstreamCount upstreamConnections)
            throws IOException, InterruptedException {
        Strangers strangers = Strangers.from();
        CpuTime before = cpu();
        LoadRun clients = load.start(stage, this, seconds, loadPrefix);
        clients.program().awaitEnd(Duration.ofMillis(seconds * 500L));
        int upstream = upstreamConnections.count();
        if (!clients.program().awaitEnd(Duration.ofSeconds(seconds + 20L))) {
            throw clients.program().failure("still runs " + (seconds + 20) + " s after its start");
        }
        checkAlive();
        return new Round(cpu().minus(before), clients.figures(), upstream, strangers.share());
    }

    /** Fails with its output if it has ended. */
    void checkAlive() {
        if (!program.isAlive()) {
            throw program.failure("has ended under load");
        }
    }
}
