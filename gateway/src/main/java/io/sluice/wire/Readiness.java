package io.sluice.wire;

import io.netty.channel.epoll.EpollIoOps;

/** What epoll tells of a socket that is connected, and what it is asked to tell. */
final class Readiness {
    /** A bit of {@code struct epoll_event} that Netty gives no name. */
    private static final int HANG_UP = 0x10;

    private static final int ERROR = EpollIoOps.EPOLLERR.value();
    private static final int ENDS = EpollIoOps.EPOLLRDHUP.value() | ERROR | HANG_UP;
    private static final int INPUT = EpollIoOps.EPOLLIN.value() | ENDS;
    private static final int OUTPUT = EpollIoOps.EPOLLOUT.value() | ERROR | HANG_UP;

    /** What to ask for: to be told once of what comes, */
    static final EpollIoOps READ =
            EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP).with(EpollIoOps.EPOLLET);
    /** and of room for what is to be sent. Not always, since Netty makes objects for each event that tells of both. */
    static final EpollIoOps READ_AND_WRITE = READ.with(EpollIoOps.EPOLLOUT);

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

    /** The peer sends no more, or there is an error. */
    static boolean isHungUp(int ready) {
        return (ready & ENDS) != 0;
    }
}
