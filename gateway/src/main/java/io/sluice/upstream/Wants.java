package io.sluice.upstream;

/** Which connection a lease may get. */
enum Wants {
    /** Any that its endpoint most likely keeps open: the request can be sent again if not. */
    ANY,
    /** The same, of those that were opened for its client. */
    OWN,
    /** One that was in use a moment ago, or is new: the request can't be sent again. */
    PROVEN,
    /** One that carried no exchange yet: the last one turned out to be closed. */
    FRESH
}
