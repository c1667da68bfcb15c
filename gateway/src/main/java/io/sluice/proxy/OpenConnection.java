package io.sluice.proxy;

import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.Loop;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client connection of whichever protocol, for those who are not part of what happens on it: its listener, the admin API, and who
 * needs its memory. Each is armed with some deadline at all times, and is found by that. On its loop.
 */
interface OpenConnection {

    Wire wire();

    Loop loop();

    Listener listener();

    /** Whose connection it is. */
    InetSocketAddress address();

    /** As the API has it: {@code HTTP/1.1}. */
    String protocol();

    /** What it does; null once it is closed. */
    ConnectionStates.@Nullable State shown();

    /** For how long, as its deadline tells: when it began is not kept. */
    long stateNanos();

    /** Exchanges that run on it. */
    int exchanges();

    /** One that runs on it, the one that has run for the longest time; null while none does. */
    @Nullable
    Exchange exchange();

    /** It has had a request, and waits for the next. */
    boolean isParked();

    /** For longer than answers have to be taken in. */
    boolean isParkedLong();

    /** It is parked, and its memory is wanted. */
    void shed();

    /** Nothing runs on it and nothing of a request has come. */
    boolean isIdle();

    /** The listener drains: an idle connection closes now, a busy one after what runs on it. */
    void dismiss();

    /** The time of a drain is over: at once. */
    void cutShort();

    void closeByOperator();
}
