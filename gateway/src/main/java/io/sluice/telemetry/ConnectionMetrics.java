package io.sluice.telemetry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/** The client connections of one listener. Counted and read by any thread. */
public final class ConnectionMetrics {
    private final String listener;
    private final LongAdder opened = new LongAdder();
    private final List<ConnectionStates> states = new CopyOnWriteArrayList<>();
    private volatile int parkedBytes;
    private final Counters<Rejection> rejected = new Counters<>(Rejection.class);
    private final Counters<Ending> endings = new Counters<>(Ending.class);
    private final Counters<Rest> rests = new Counters<>(Rest.class);
    private final Counters<HandshakeEnd> handshakes = new Counters<>(HandshakeEnd.class);

    ConnectionMetrics(String listener) {
        this.listener = listener;
    }

    /** Name of the listener. */
    public String listener() {
        return listener;
    }

    /** A connection was taken on; its {@link #states} tell how long it is there. */
    public void opened() {
        opened.increment();
    }

    /** What a parked connection of HTTP/1.1 weighs in the heap, by accounting; what others weigh more, {@link ConnectionStates#heavier} says. */
    public void parkedBytes(int each) {
        parkedBytes = each;
    }

    /** What these parked connections weigh in the heap, by accounting; in bytes. */
    public long parkedBytes(ConnectionCounts held) {
        return bytes(held.parked());
    }

    /** What one of them weighs on average, in bytes; while there are none, one of HTTP/1.1. */
    public long parkedBytesEach(ConnectionCounts held) {
        return held.parked() == 0 ? parkedBytes : parkedBytes(held) / held.parked();
    }

    /** What all connections weigh, in bytes, if those that are not parked weigh what is least. */
    public long heldBytes() {
        return bytes(counts().total());
    }

    private long bytes(long connections) {
        long more = 0;
        for (ConnectionStates ofLoop : states) {
            more += ofLoop.heavier();
        }
        return connections * parkedBytes + more;
    }

    /** Why a connection was refused at once. */
    public enum Rejection {
        /** The listener holds as many as it may. */
        CONNECTIONS,
        /** Its address has as many as it may. */
        ADDRESS,
        /** The listener is not there for its address. */
        DENIED
    }

    /** Why Sluice ended a connection by itself. */
    public enum Ending {
        /** It was parked for too long. */
        IDLE,
        /** Not a byte of a first request came in time. */
        SILENT,
        /** A head did not come in time; it was answered 408. */
        HEAD,
        /** Answers were not taken in time. */
        UNREAD,
        /** Answers were not taken for a while, and others needed the memory or the upstream connection that was held for them. */
        STALLED,
        /** After its last answer, with more of its request under way, it did not close in time. */
        LINGERING,
        /** An exchange failed in the middle of the response. */
        CUT_OFF,
        /** Its listener drained while it was parked. */
        DRAINED,
        /** Somebody closed it over the admin API. */
        OPERATOR,
        /** It was parked, and memory was short. */
        SHED,
        /** What it began with is a header of the PROXY protocol only in part. */
        PROXY_MALFORMED,
        /** A header of the PROXY protocol did not come in time. */
        PROXY_TIMEOUT,
        /** A proxy that has to send a header of the PROXY protocol sent none. */
        PROXY_MISSING,
        /** Somebody who may not tell whose connection it is did so. */
        PROXY_UNTRUSTED,
        /** It broke a rule of HTTP/2. */
        HTTP2_ERROR,
        /** It did too much of something that costs others more than itself: requests that it reset, */
        HTTP2_RESETS,
        /** requests that had to be reset from here, */
        HTTP2_FAULTS,
        /** requests beyond the number allowed at once, */
        HTTP2_EXCESS,
        /** settings, */
        HTTP2_SETTINGS,
        /** pings, */
        HTTP2_PINGS,
        /** frames without content, */
        HTTP2_EMPTY,
        /** heads that are too large, or in too many pieces, */
        HTTP2_BLOCKS,
        /** windows opened by little, */
        HTTP2_WINDOWS,
        /** and frames that say nothing here. */
        HTTP2_IGNORED,
        /** It answers no PING. */
        HTTP2_DEAD,
        /** Not it, but streams of it, for which it opened no window. */
        HTTP2_STALLED
    }

    /** Why accepting rested. */
    public enum Rest {
        /** The listener holds as many as it may. */
        CONNECTIONS,
        /** All listeners together hold as many as the process has descriptors for. */
        DESCRIPTORS,
        /** All listeners together hold as many as they may. */
        PROCESS,
        /** As many clients as may are agreeing on TLS. */
        HANDSHAKES,
        /** Memory is short. */
        MEMORY,
        /** The system could not accept, for want of memory, say. */
        FAILED
    }

    /** How the handshake of TLS ended. */
    public enum HandshakeEnd {
        /** Done, as a whole. */
        FULL,
        /** Done, by a session ticket. */
        RESUMED,
        /** It took too long. */
        TIMEOUT,
        /** What came is not TLS. */
        NOT_TLS,
        /** They have no version or cipher in common, or what came is malformed. */
        PROTOCOL,
        /** The client's certificate is missing or not good. */
        CERTIFICATE,
        /** The client said no: most often, to the certificate. */
        REFUSED,
        /** The client went away. */
        GONE
    }

    /** A handshake has ended. */
    public void handshake(HandshakeEnd how) {
        handshakes.add(how);
    }

    /** Handshakes that ended so far. */
    public long handshakesInAll(HandshakeEnd how) {
        return handshakes.sum(how);
    }

    /** A connection was refused; it does not count as opened or closed. */
    public void rejected(Rejection why) {
        rejected.add(why);
    }

    /** A connection is being ended, not by its client and not by an answer that says so. */
    public void ended(Ending why) {
        endings.add(why);
    }

    /** Accepting rests for a while. */
    public void rested(Rest why) {
        rests.add(why);
    }

    /** Where the loop of that index counts the states of its connections. */
    public ConnectionStates states(int loop) {
        synchronized (states) {
            List<ConnectionStates> missing = new ArrayList<>();
            for (int i = states.size(); i <= loop; i++) {
                missing.add(new ConnectionStates());
            }
            states.addAll(missing);
            return states.get(loop);
        }
    }

    /** Connections held now. Those of one loop are counted at one moment; the loops may be a moment apart. */
    public ConnectionCounts counts() {
        ConnectionCounts sum = ConnectionCounts.NONE;
        for (ConnectionStates ofLoop : states) {
            sum = sum.plus(ofLoop.counts());
        }
        return sum;
    }

    /** Connections taken on so far. */
    public long openedInAll() {
        return opened.sum();
    }

    /** Connections refused so far. */
    public long rejectedInAll(Rejection why) {
        return rejected.sum(why);
    }

    /** Connections ended so far. */
    public long endedInAll(Ending why) {
        return endings.sum(why);
    }

    /** How often accepting rested so far. */
    public long restedInAll(Rest why) {
        return rests.sum(why);
    }
}
