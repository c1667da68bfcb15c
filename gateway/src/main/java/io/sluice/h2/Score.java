package io.sluice.h2;

/** The points that one connection has for its {@link Noise}. */
final class Score {
    /** A unit of time is 2^20 nanoseconds, nearly a millisecond, */
    private static final int UNIT_SHIFT = 20;
    /** and 1024 of them are a second. */
    private static final int SECOND_SHIFT = 10;

    private int points;
    private long lastUnit;

    /** Adds points after taking off what time has healed; returns how many there are. */
    int add(int more, long nanoTime) {
        long unit = nanoTime >>> UNIT_SHIFT;
        long calm = ((unit - lastUnit) * Noise.CALM_A_SECOND) >>> SECOND_SHIFT;
        if (points == 0) {
            lastUnit = unit;
        } else if (calm > 0) {
            takeOff((int) Math.min(calm, Integer.MAX_VALUE));
            lastUnit = unit;
        }
        points += more;
        return points;
    }

    void takeOff(int fewer) {
        points = Math.max(0, points - fewer);
    }
}
