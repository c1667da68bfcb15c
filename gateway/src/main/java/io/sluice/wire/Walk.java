package io.sluice.wire;

import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Goes over all that is armed on a loop, some at a time and in turn with what else the loop has to do: there may be a million.
 * Between two turns its place is held by a marker in the list. What is armed from beginning to end and not armed anew
 * is seen once; what is armed anew meanwhile may be seen twice, and what comes or goes may be seen or not. On the loop.
 */
final class Walk {
    /** Some tens of microseconds, where each is asked who its peer is. */
    private static final int AT_ONCE = 256;

    private final Loop loop;
    private final Iterator<Deadlines> lists;
    private final Predicate<Timed> visit;
    private final Runnable end;
    private final Marker marker = new Marker();

    /** Holds a place. When its time is up, all that stood before it was visited or is gone. */
    private static final class Marker extends Timed {
        @Override
        protected void expired() {
            // the walk goes on at the head of the list
        }
    }

    Walk(Loop loop, List<Deadlines> lists, Predicate<Timed> visit, Runnable end) {
        this.loop = loop;
        this.lists = lists.iterator();
        this.visit = visit;
        this.end = end;
    }

    void begin() {
        if (lists.hasNext()) {
            turn(lists.next());
        } else {
            end.run();
        }
    }

    private void turn(Deadlines list) {
        Timed next = marker.list == list ? marker.next : list.head();
        marker.disarm();
        Timed last = null;
        for (int i = 0; i < AT_ONCE && next != null; i++) {
            last = next;
            next = next.next;
            if (!visit.test(last)) {
                end.run();
                return;
            }
        }
        if (next != null && last != null) {
            list.insertBehind(last, marker);
            loop.afterOthers(() -> turn(list));
        } else {
            loop.afterOthers(this::begin);
        }
    }
}
