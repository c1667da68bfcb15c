package io.sluice.http;

import io.sluice.config.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * Traceparent and tracestate (W3C Trace Context). The gateway makes no spans, so a valid traceparent is passed on as it is: its
 * parent stays the caller. An invalid one is dropped, and so is a tracestate without a valid one; then a trace may be started.
 * Immutable, for all threads.
 */
public final class TraceContext {
    private static final long NAMES = Name.TRACEPARENT.bit() | Name.TRACESTATE.bit();

    // 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    private final Tracing wanted;

    public TraceContext(Tracing wanted) {
        this.wanted = wanted;
    }

    /** Edits a request that is to be passed on. */
    void apply(Head request, TraceIds ids) {
        FieldIndex index = request.index;
        if (index.any(NAMES)) {
            if (valid(request) >= 0) {
                return;
            }
            index.dropAll(NAMES);
        }
        if (wanted.start()) {
            ids.add(request, wanted.sampled());
        }
    }

    /** Of the trace that a request is part of; null where it is part of none. */
    public static @Nullable String traceId(Head request) {
        if (!request.index.any(Name.TRACEPARENT.bit())) {
            return null;
        }
        int field = valid(request);
        int trace = request.valueStart(Math.max(field, 0)) + TRACE;
        return field < 0 ? null : request.text(trace, trace + 32);
    }

    /** The only traceparent, if it is valid; else -1. */
    private static int valid(Head request) {
        int field = request.find(Name.TRACEPARENT, 0);
        return field >= 0
                        && request.find(Name.TRACEPARENT, field + 1) < 0
                        && isValid(request.block(), request.valueStart(field), request.valueEnd(field))
                ? field
                : -1;
    }

    /** A later version than 00 may go on behind what this one has (section 3.2.4 of the recommendation); ff is none. */
    private static boolean isValid(byte[] block, int from, int to) {
        int length = to - from;
        if (length < LENGTH || !isHex(block, from, from + 2)) {
            return false;
        }
        boolean first = block[from] == '0' && block[from + 1] == '0';
        boolean none = block[from] == 'f' && block[from + 1] == 'f';
        boolean goesOn = length > LENGTH && (first || block[from + LENGTH] != '-');
        return !none
                && !goesOn
                && isId(block, from + TRACE, from + PARENT - 1)
                && isId(block, from + PARENT, from + FLAGS - 1)
                && isDash(block, from + FLAGS - 1)
                && isHex(block, from + FLAGS, from + LENGTH);
    }

    /** A dash, and digits that are not all zero. */
    private static boolean isId(byte[] block, int from, int to) {
        if (!isDash(block, from - 1) || !isHex(block, from, to)) {
            return false;
        }
        for (int at = from; at < to; at++) {
            if (block[at] != '0') {
                return true;
            }
        }
        return false;
    }

    private static boolean isDash(byte[] block, int at) {
        return block[at] == '-';
    }

    /** Digits and lower case letters only. */
    private static boolean isHex(byte[] block, int from, int to) {
        for (int at = from; at < to; at++) {
            byte b = block[at];
            if (!Octets.isDigit(b) && (b < 'a' || b > 'f')) {
                return false;
            }
        }
        return true;
    }
}
