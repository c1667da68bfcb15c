package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Aside;
import io.sluice.testing.Party;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both protocols on both sides, over each transport that works here, in cleartext and over TLS. */
final class PairOnTransportTest {
    /** Within the windows that need not be opened. */
    private static final String PIECE = "0123456789abcdef".repeat(1000);

    private static final int PIECES = 4;

    @TempDir
    private static Path folder;

    private static Pair.Secured secured;

    @BeforeAll
    static void write() throws IOException {
        secured = Pair.Secured.in(folder);
    }

    static Stream<Arguments> all() {
        return TransportTest.transports()
                .flatMap(transport -> Stream.of(Pair.values())
                        .flatMap(pair ->
                                Stream.of("cleartext", "TLS").map(over -> Arguments.of(transport, over, pair))));
    }

    private static Pair.Talk open(String transport, String over, Pair pair) throws IOException {
        return pair.open(transport, over.equals("TLS") ? secured : null);
    }

    @ParameterizedTest
    @MethodSource("all")
    void passesBodiesAndTrailersBothWays(String transport, String over, Pair pair) throws Exception {
        try (Pair.Talk talk = open(transport, over, pair)) {
            Party client = talk.client();
            client.head(false, ":method: POST", ":path: /talk").piece("one");
            Party backend = talk.backend();
            backend.head();
            assertThat(backend.piece()).isEqualTo("one");
            client.end("x-asked: 1");
            assertThat(backend.rest()).isEmpty();
            assertThat(backend.trailers()).containsExactly("x-asked: 1");
            backend.head(false, ":status: 200").piece("uno");
            assertThat(client.head()).contains(":status: 200");
            assertThat(client.piece()).isEqualTo("uno");
            backend.end("x-said: 1");
            assertThat(client.rest()).isEmpty();
            assertThat(client.trailers()).containsExactly("x-said: 1");

            client.next();
            backend.next();
            client.head(false, ":method: POST", ":path: /more");
            CompletableFuture<Void> asked = Aside.start(() -> say(client));
            assertThat(backend.head()).contains(":path: /more");
            assertThat(backend.rest()).isEqualTo(PIECE.repeat(PIECES));
            asked.get(10, TimeUnit.SECONDS);
            backend.head(false, ":status: 200");
            CompletableFuture<Void> said = Aside.start(() -> say(backend));
            assertThat(client.head()).contains(":status: 200");
            assertThat(client.rest()).isEqualTo(PIECE.repeat(PIECES));
            said.get(10, TimeUnit.SECONDS);
            assertThat(talk.script().connections()).isEqualTo(1);
        }
    }

    private static void say(Party party) throws IOException {
        for (int i = 0; i < PIECES; i++) {
            party.piece(PIECE);
        }
        party.end();
    }

    @ParameterizedTest
    @MethodSource("all")
    void tellsEachOfTheEndThatTheOtherMakes(String transport, String over, Pair pair) throws Exception {
        try (Pair.Talk talk = open(transport, over, pair)) {
            Party client = talk.client();
            client.head(true, ":method: GET", ":path: /some");
            Party backend = talk.backend();
            backend.head();
            backend.head(false, ":status: 200").piece("begun");
            assertThat(client.head()).contains(":status: 200");
            assertThat(client.piece()).isEqualTo("begun");
            backend.abort();
            client.awaitAbort();
        }
        try (Pair.Talk talk = open(transport, over, pair)) {
            talk.client().head(false, ":method: POST", ":path: /some").piece("begun");
            Party backend = talk.backend();
            backend.head();
            assertThat(backend.piece()).isEqualTo("begun");
            talk.client().abort();
            backend.awaitAbort();
        }
    }
}
