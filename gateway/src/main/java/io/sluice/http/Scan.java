package io.sluice.http;

import org.jspecify.annotations.Nullable;

/** How far a {@link Head} has been read: all that a parser keeps between two calls. */
final class Scan {
    /** What stands at {@link #at}. */
    enum State {
        /** The first byte of the head. */
        START,
        METHOD,
        TARGET,
        QUERY,
        /** The version of a request, and its line's end. */
        VERSION,
        /** The version and code of a response. */
        STATUS,
        REASON,
        /** The first byte of a line behind the start line. */
        LINE,
        NAME,
        /** Whitespace before a value. */
        BEFORE_VALUE,
        VALUE,
        /** The head is complete; {@code at} is its end. */
        DONE
    }

    State state = State.START;
    int at;
    /** Where the element that {@code at} stands in began: method, target, field name. */
    int mark;

    int nameEnd;
    int valueStart;
    /** Classes of the bytes that the path and the field names are made of, all or-ed. */
    int seen;

    @Nullable
    Failure refusal;

    void clear() {
        state = State.START;
        at = 0;
        seen = 0;
        refusal = null;
    }
}
