package io.sluice.admin;

/** What an operation asks of a caller, where tokens are needed. */
enum Access {
    /** Nothing. */
    OPEN,
    /** A token, be it the one for reading. */
    READ,
    /** The token. */
    FULL
}
