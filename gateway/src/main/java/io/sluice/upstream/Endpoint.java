package io.sluice.upstream;

/** One address of an upstream. */
public final class Endpoint {
    public Pool pool() {
        throw new UnsupportedOperationException();
    }
    /** The address as text, for logs. */
    public String address() {
        throw new UnsupportedOperationException();
    }
}
