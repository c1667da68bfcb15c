package io.sluice.wire;

import java.io.IOException;

/** What becomes of the connections that a bound address accepts. Asked on several loops at once. */
@FunctionalInterface
public interface Acceptor {

    /** Whether one more may be accepted. If not, accepting rests, and clients wait in the kernel's backlog, until {@link Loops.Binding#recheck}. */
    default boolean accepts() {
        return true;
    }

    /** One was accepted; either {@link #connected} or {@link #lost} follows. On the loop that accepts. */
    default void accepted() {}

    /** What was accepted is a wire. On the wire's loop; returns its connection. */
    WireEvents connected(Wire wire);

    /** What was accepted is gone before it was a wire. */
    default void lost() {}

    /** The kernel could not accept one, most often for want of descriptors: accepting rests for {@link Loops#ACCEPT_PAUSE_MILLIS}. */
    default void failed(IOException cause) {}
}
