package io.sluice.proxy;

/** A connection from when it was accepted to its end, as its listener sees it that drains. Each is armed with some deadline at all times, and is found by that. On its loop. */
interface AcceptedConnection {

    Listener listener();

    /** Nothing runs on it and nothing of a request has come, but whoever closes it may expect it to come back elsewhere. */
    boolean isIdle();

    /** The listener drains: an idle connection closes now, a busy one after what runs on it. */
    void dismiss();

    /** The time of a drain is over: at once. */
    void cutShort();
}
