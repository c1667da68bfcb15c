package io.sluice.http;

/** Max-Forwards of OPTIONS and TRACE (RFC 9110 section 7.6.2); in other requests the field means nothing and stays. */
public final class MaxForwards {
    private static final byte[] NOTHING = {};
    private static final Answer HERE = Answer.of(200, null, NOTHING);
    private static final Answer NOT_REFLECTED = Answer.of(501, null, NOTHING);
    private static final int MAX_DIGITS = 9;

    private MaxForwards() {}

    /** Counts down; false if the request may not be forwarded any more and is to be answered with {@link #answer}. */
    public static boolean countDown(Head request) {
        int field = request.find(Name.MAX_FORWARDS, 0);
        if (field < 0 || !(isOptions(request) || request.method().equals("TRACE"))) {
            return true;
        }
        String value = request.value(field);
        if (value.isEmpty() || value.length() > MAX_DIGITS || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return true;
        }
        int left = Integer.parseInt(value);
        if (left > 0) {
            request.drop(Name.MAX_FORWARDS);
            request.add(Name.MAX_FORWARDS, "Max-Forwards", Integer.toString(left - 1));
        }
        return left > 0;
    }

    /** The gateway as the final recipient: OPTIONS succeeds, TRACE is not reflected, since that shows credentials to scripts. */
    public static Answer answer(Head request) {
        return isOptions(request) ? HERE : NOT_REFLECTED;
    }

    private static boolean isOptions(Head request) {
        return request.method().equals("OPTIONS");
    }
}
