package io.sluice.admin;

/**
 * Who asks.
 *
 * @param name as the audit log has it
 * @param granted what may be done
 */
record Caller(String name, Access granted) {
    static final Caller NOBODY = new Caller("nobody", Access.OPEN);
    /** Somebody on this machine, where no token is asked for. */
    static final Caller LOCAL = new Caller("local", Access.FULL);

    static final Caller TOKEN = new Caller("token", Access.FULL);
    static final Caller READ_TOKEN = new Caller("readToken", Access.READ);
}
