package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.bench.program.HoldReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the other proxies, the backend and this bench's clients understand one another. */
@Timeout(60)
class SpeechTest {
    private static final int CLIENTS = 20;
    private static final Speech HTTP2 = new Speech(false, true);

    @BeforeAll
    static void needsBoth() {
        assumeThat(Stream.of("nginx", "haproxy")
                        .map(Peer::program)
                        .map(Path::of)
                        .allMatch(Files::isExecutable))
                .as("nginx and HAProxy are installed")
                .isTrue();
    }

    static Stream<Peer> peers() {
        return Stream.of(Speech.PLAIN, HTTP2, new Speech(true, false), new Speech(true, true))
                .flatMap(speech -> Stream.of(
                        new NginxPeer(HeaderWork.PLAIN, Room.USUAL, Manner.LEAN, speech),
                        new HaproxyPeer(HeaderWork.PLAIN, Room.USUAL, Manner.LEAN, speech)));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void isThatOfItsClients(Peer peer) throws Exception {
        try (Stage stage = Stage.open()) {
            Backend backend = Backend.start(stage, List.of(peer.upstream()), List.of());
            Running proxy = Running.start(stage, peer, 0, backend.port(), Size.SMALL, List.of());
            Crowd crowd = Crowd.start(stage, proxy.seat().port(), new Crowd.Form("clients", CLIENTS, options(peer)));

            crowd.hold(CLIENTS);
            crowd.pace(1000);
            HoldReport first = crowd.report();
            while (first.answered() < 3 * CLIENTS) {
                first = first.plus(crowd.report());
            }
            crowd.endPace();

            assertThat(crowd.problems()).isEmpty();
        }
    }

    private static List<String> options(Peer peer) {
        List<String> options = new ArrayList<>(List.of("--host", peer.host(), "--path", Size.SMALL.path()));
        if (peer.clients().tls()) {
            options.add("--tls");
        }
        if (peer.clients().http2()) {
            options.add("--h2");
        }
        return options;
    }

    @Test
    void isThatOfABackendsPort() throws Exception {
        try (Stage stage = Stage.open()) {
            Backend backend = Backend.start(stage, List.of(Speech.PLAIN, HTTP2), List.of());

            for (int i = 0; i < 2; i++) {
                Speech speech = i == 0 ? Speech.PLAIN : HTTP2;
                Probe probe = new Probe(backend.ports().get(i), "bench.test", speech);
                assertThat(probe.text(Size.SMALL.path())).hasSize(Size.SMALL.bytes());
                assertThat(probe.text(Size.MIB_1.path())).hasSize(Size.MIB_1.bytes());
            }
            assertThat(backend.served().requests()).isPositive();
        }
    }
}
