package io.sluice.policy;

/** Whose bucket: a number. One that asks is used again and again, one that is kept never changes. */
public final class RateKey {
    long value;

    public RateKey() {}

    RateKey(long value) {
        this.value = value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RateKey key && key.value == value;
    }

    @Override
    public int hashCode() {
        // IPv6 networks and IPv4 addresses differ in few bits
        return Long.hashCode(value * 0x9E37_79B9_7F4A_7C15L);
    }
}
