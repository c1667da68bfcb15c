package io.sluice.h2;

import io.sluice.http.Failure;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/** What a connection tells its owner; on the loop. */
public interface H2Events {
    /**
     * Server: a request has come. First of all {@link H2Stream#tell} says whom the stream is to tell what follows; if
     * {@link H2Stream#isInputEnded}, nothing does.
     *
     * @param head now the owner's, who gives it back to the {@link io.sluice.http.Heads} of the loop
     * @param refusal why it is to be refused, of a request that breaks the rules of its grammar; else null
     */
    void request(H2Stream stream, Head head, @Nullable Failure refusal);

    /** The other end has told what it allows: perhaps more streams. */
    default void settings() {}

    /** The other end has answered {@link H2Connection#ping}. */
    default void pong() {}

    /** The other end takes no more streams. Those that it has not begun are {@link StreamEvents.Ending#REFUSED}. */
    default void goingAway(ErrorCode code) {}

    /** The last stream is closed. */
    default void idle() {}

    /**
     * The connection is lost, by what the other end did. GOAWAY is written and all streams are closed; the owner closes the wire.
     *
     * @param noise why it is to calm down; null for another code
     */
    void failed(ErrorCode code, @Nullable Noise noise);
}
