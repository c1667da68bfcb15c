package io.sluice.proxy;

import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.Loop;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client connection, whatever it speaks and whether that is known yet, for those who are not part of what happens on it: its listener,
 * the admin API, and who needs its memory. On its loop.
 */
interface OpenConnection extends AcceptedConnection {

    Wire wire();

    default Loop loop() {
        return wire().loop();
    }

    /** The address that counts as the client's, which is not that of the socket's peer where a proxy has told another one. */
    InetSocketAddress address();

    /** As the API has it: {@code HTTP/1.1}; what comes before, while it is not known yet. */
    String protocol();

    ClientState state();

    /** What it does; null once it is closed. */
    default ConnectionStates.@Nullable State shown() {
        return state().shown();
    }

    /** For how long, as its deadline tells: when it began is not kept. */
    long stateNanos();

    /** Exchanges that run on it. */
    default int exchanges() {
        return 0;
    }

    /** One that runs on it, the one that has run for the longest time; null while none does. */
    default @Nullable Exchange exchange() {
        return null;
    }

    /** It has had a request, and waits for the next. */
    default boolean isParked() {
        return state().isParked();
    }

    /** For longer than answers have to be taken in. */
    default boolean isParkedLong() {
        return state() == ClientState.PARKED;
    }

    /** It is parked, and its memory is wanted. */
    void shed();

    /** At once. */
    default void abort() {
        wire().abort();
    }

    void closeByOperator();
}
