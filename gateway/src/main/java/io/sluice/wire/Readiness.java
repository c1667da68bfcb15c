package io.sluice.wire;

import io.netty.channel.epoll.EpollIoOps;

/** What epoll tells of a socket that is connected, and what it is asked to tell. */
final class Readiness {
    /** A bit of {@code struct epoll_event} that Netty gives no name. */
    private static final int HANG_UP = 0x10;

    private static final int ERROR = EpollIoOps.EPOLLERR.value();
    private static final int INPUT = EpollIoOps.EPOLLIN.value() | ERROR | HANG_UP;
    private static final int OUTPUT = EpollIoOps.EPOLLOUT.value() | ERROR | HANG_UP;

    // An error is always told; edge-triggered where nothing is read, or it would be told for ever. Never empty, since
    // Netty 4.2.18 forgets a handle that wants nothing.
    private static final EpollIoOps READ = EpollIoOps.EPOLLIN;
    private static final EpollIoOps READ_AND_WRITE = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLOUT);
    private static final EpollIoOps WRITE = EpollIoOps.EPOLLET.with(EpollIoOps.EPOLLOUT);
    private static final EpollIoOps NOTHING = EpollIoOps.EPOLLET;

    private Readiness() {}

    static boolean isForInput(int ready) {
        return (ready & INPUT) != 0;
    }

    static boolean isForOutput(int ready) {
        return (ready & OUTPUT) != 0;
    }

    static boolean isForError(int ready) {
        return (ready & ERROR) != 0;
    }

    /** What to ask for. */
    static EpollIoOps of(boolean input, boolean output) {
        if (input) {
            return output ? READ_AND_WRITE : READ;
        }
        return output ? WRITE : NOTHING;
    }
}
