package io.sluice.admin;

import org.jspecify.annotations.Nullable;

/**
 * How a version of the config came to be in force, and by whom.
 *
 * @param caller as the audit log has it; null: it was nobody over the API
 * @param address of that caller
 */
public record Author(
        Kind kind, @Nullable String caller, @Nullable String address) {
    /** It is what the process was started with. */
    public static final Author START = new Author(Kind.START, null, null);
    /** The file holds it: that was noticed, or told by a signal. */
    public static final Author FILE = new Author(Kind.FILE, null, null);
    /** It was in force before one that nobody confirmed. */
    public static final Author TIMEOUT = new Author(Kind.RETURNED, null, null);
    /** The program that the gateway is part of. */
    public static final Author PROGRAM = new Author(Kind.PROGRAM, null, null);

    /** How. */
    public enum Kind {
        START,
        FILE,
        /** {@code POST reload}. */
        RELOAD,
        /** {@code PUT config}. */
        API,
        /** {@code POST config/rollback}. */
        ROLLBACK,
        /** Back from one that was not confirmed. */
        RETURNED,
        PROGRAM
    }

    static Author of(Kind kind, AdminRequest request) {
        return new Author(kind, request.caller().name(), request.client().getHostAddress());
    }
}
