package io.sluice.wire;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayDeque;

/**
 * The wires of one loop that have something to receive of which epoll doesn't tell again: more than they took at once, what
 * came while they were paused, the end of a client. They get their turns in order, some of them between one epoll_wait and the
 * next, so that neither a peer that sends without end nor thousands that close at once make the others wait.
 */
final class Turns {
    /** Between one epoll_wait and the next: closing so many takes less than a millisecond. */
    private static final int AT_ONCE = 32;
    /** A queue that had room for more than this is not kept. */
    private static final int KEPT = 1024;

    private final EventLoop eventLoop;
    private final Runnable take = this::take;
    private final Runnable next = this::next;
    private ArrayDeque<EpollWire> waiting = new ArrayDeque<>();
    private int longest;
    private boolean scheduled;

    Turns(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    void add(EpollWire wire) {
        waiting.addLast(wire);
        longest = Math.max(longest, waiting.size());
        if (!scheduled) {
            scheduled = true;
            next();
        }
    }

    void remove(EpollWire wire) {
        waiting.remove(wire);
    }

    private void next() {
        // where the loop ends this may be among its last tasks
        if (!eventLoop.isShutdown()) {
            eventLoop.execute(take);
        }
    }

    private void take() {
        // where the loop ends nothing comes after this
        boolean last = eventLoop.isShutdown();
        for (int left = last ? waiting.size() : Math.min(waiting.size(), AT_ONCE); left > 0; left--) {
            EpollWire first = waiting.pollFirst();
            if (first != null) {
                first.turn();
            }
        }
        scheduled = !waiting.isEmpty() && !last;
        if (scheduled) {
            // a task that follows at once would be run before epoll_wait
            ((SingleThreadEventLoop) eventLoop).executeAfterEventLoopIteration(next);
        } else if (longest > KEPT) {
            waiting = new ArrayDeque<>();
            longest = 0;
        }
    }
}
