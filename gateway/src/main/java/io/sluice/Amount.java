package io.sluice;

/** Numbers of things in messages. */
final class Amount {
    private Amount() {}

    /** {@code 1 route}, {@code 2 routes}. */
    static String of(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
