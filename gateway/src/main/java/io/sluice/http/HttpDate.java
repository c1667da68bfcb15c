package io.sluice.http;

import java.time.LocalDate;

/**
 * The Date field in its one form, {@code Sun, 06 Nov 1994 08:49:37 GMT} (RFC 9110 section 5.6.7). Worked out anew for
 * each response that the gateway has to date: that is cheaper than to share a value between threads.
 */
public final class HttpDate {
    private static final int SECONDS_A_DAY = 86_400;
    private static final String DAYS = "MonTueWedThuFriSatSun";
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final int LENGTH = 29;
    private static final byte[] DATE = Head.ascii("Date: ");
    private static final int NAME_LENGTH = 4;

    private HttpDate() {}

    /** Appends Date with the present time to a response that has none: whoever passes on such a one dates it (RFC 9110 section 6.6.1). */
    public static void addIfMissing(Head response) {
        if (response.find(Name.DATE, 0) < 0) {
            add(response, System.currentTimeMillis() / 1000);
        }
    }

    static void add(Head head, long epochSecond) {
        head.room(DATE.length + LENGTH + 2);
        int start = head.length;
        head.put(DATE);
        int valueStart = head.length;
        write(epochSecond, head.block(), valueStart);
        head.length += LENGTH;
        head.endLine(Name.DATE, start, start + NAME_LENGTH, valueStart);
    }

    /** Writes the 29 bytes of a time in the years 1970 to 9999. */
    static void write(long epochSecond, byte[] to, int at) {
        LocalDate date = LocalDate.ofEpochDay(epochSecond / SECONDS_A_DAY);
        int second = (int) (epochSecond % SECONDS_A_DAY);
        text(DAYS, date.getDayOfWeek().getValue() - 1, to, at);
        to[at + 3] = ',';
        to[at + 4] = ' ';
        digits(date.getDayOfMonth(), to, at + 5);
        to[at + 7] = ' ';
        text(MONTHS, date.getMonthValue() - 1, to, at + 8);
        to[at + 11] = ' ';
        digits(date.getYear() / 100, to, at + 12);
        digits(date.getYear() % 100, to, at + 14);
        to[at + 16] = ' ';
        digits(second / 3600, to, at + 17);
        to[at + 19] = ':';
        digits(second / 60 % 60, to, at + 20);
        to[at + 22] = ':';
        digits(second % 60, to, at + 23);
        to[at + 25] = ' ';
        to[at + 26] = 'G';
        to[at + 27] = 'M';
        to[at + 28] = 'T';
    }

    private static void text(String names, int index, byte[] to, int at) {
        for (int i = 0; i < 3; i++) {
            to[at + i] = (byte) names.charAt(index * 3 + i);
        }
    }

    private static void digits(int number, byte[] to, int at) {
        to[at] = (byte) ('0' + number / 10);
        to[at + 1] = (byte) ('0' + number % 10);
    }
}
