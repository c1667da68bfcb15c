package io.sluice.http;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Starts traces: random ids, never zero. One a loop, used by its thread; makes no garbage. */
final class TraceIds {
    private static final byte[] DIGITS = Head.ascii("0123456789abcdef");
    private static final String NAME = "traceparent";
    private static final String ID = "0000000000000000";

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
    private final byte[] line = Head.ascii(NAME + ": 00-" + ID + ID + "-" + ID + "-00\r\n");
    private final int trace = NAME.length() + ": 00-".length();
    private final int parent = trace + 2 * ID.length() + 1;
    private final int flags = parent + ID.length() + 1;

    /**
     * Appends traceparent with a trace of its own.
     *
     * @param sampled the share of them that are to be recorded, 0..1
     */
    void add(Head head, double sampled) {
        put(trace, random.nextLong());
        put(trace + ID.length(), id());
        put(parent, id());
        boolean recorded = sampled >= 1 || (sampled > 0 && random.nextDouble() < sampled);
        line[flags + 1] = DIGITS[recorded ? 1 : 0];
        head.addLine(Name.TRACEPARENT, line, NAME.length());
    }

    private long id() {
        long id = random.nextLong();
        return id == 0 ? 1 : id;
    }

    private void put(int from, long value) {
        for (int i = 0; i < ID.length(); i++) {
            line[from + i] = DIGITS[(int) (value >>> (60 - 4 * i)) & 0xf];
        }
    }
}
