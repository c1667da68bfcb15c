package io.sluice.http;

/**
 * What a rate limit tells clients: {@code RateLimit-Policy} and {@code RateLimit} as of draft-ietf-httpapi-ratelimit-headers-10,
 * with one policy. Both are lists, so members of other servers may stand in fields of their own beside these. Immutable, any
 * thread; writing makes no garbage.
 */
public final class RateLimitFields {
    private static final String POLICY = "RateLimit-Policy";
    private static final String LIMIT = "RateLimit";
    private static final byte[] RESET = Head.ascii(";t=");
    /** Digits of the largest number. */
    private static final int LONGEST = 19;

    private static final int RADIX = 10;

    private final byte[] policy;
    private final byte[] limit;

    /**
     * @param name of the policy, a short word
     * @param quota requests that may come at once; parameter q
     * @param windowSeconds in which as many are given back; parameter w
     */
    public RateLimitFields(String name, long quota, long windowSeconds) {
        policy = Head.ascii(POLICY + ": \"" + name + "\";q=" + quota + ";w=" + windowSeconds + "\r\n");
        limit = Head.ascii(LIMIT + ": \"" + name + "\";r=");
    }

    /**
     * Appends both to a response.
     *
     * @param remaining requests that may come now; parameter r
     * @param seconds until all of them are given back, or, where none remains, until the next one may come; parameter t
     */
    public void add(Head response, long remaining, long seconds) {
        response.addLine(Name.OTHER, policy, POLICY.length());
        response.room(limit.length + RESET.length + 2 * LONGEST + 2);
        int start = response.length;
        response.put(limit);
        number(response, remaining);
        response.put(RESET);
        number(response, seconds);
        int nameEnd = start + LIMIT.length();
        response.endLine(Name.OTHER, start, nameEnd, nameEnd + 2);
    }

    private static void number(Head head, long number) {
        int digits = 1;
        for (long rest = number / RADIX; rest > 0; rest /= RADIX) {
            digits++;
        }
        long rest = number;
        for (int at = head.length + digits - 1; at >= head.length; at--) {
            head.block()[at] = (byte) ('0' + rest % RADIX);
            rest /= RADIX;
        }
        head.length += digits;
    }
}
