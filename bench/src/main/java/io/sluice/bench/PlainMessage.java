package io.sluice.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the blocking ends of this bench read of a message whose body, if any, has a length: at most 64 KiB of head. */
record PlainMessage(String startLine, int length) {
    private static final int MOST = 64 * 1024;
    private static final String LENGTH = "content-length:";

    /** The next head; null where the other side has ended before it. */
    static @Nullable PlainMessage head(InputStream in) throws IOException {
        String startLine = line(in, true);
        if (startLine == null) {
            return null;
        }
        int length = 0;
        int all = 0;
        for (String line = line(in, false); line != null && !line.isEmpty(); line = line(in, false)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                length = Integer.parseInt(line.substring(LENGTH.length()).strip());
            }
            all += line.length();
            if (all > MOST) {
                throw new IOException("a head of more than " + MOST + " bytes");
            }
        }
        return new PlainMessage(startLine, length);
    }

    /** One word of the start line, from 0. */
    String word(int index) {
        return startLine.split(" ", 3)[index];
    }

    private static @Nullable String line(InputStream in, boolean mayEnd) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                if (mayEnd && line.isEmpty()) {
                    return null;
                }
                throw new EOFException("ended within a head");
            }
            line.append((char) next);
            if (line.length() > MOST) {
                throw new IOException("a line of more than " + MOST + " bytes");
            }
        }
        return line.toString().stripTrailing();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
