package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The response that a connection waits for, read to its end. Only such as say how long they are. */
final class Answer {
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)\r\n");
    private final Head head = new Head();
    private boolean inBody;
    private long left;
    private String startLine = "";

    /** Takes bytes of it; true when it has come to its end, and the next one may begin. */
    boolean read(ByteBuffer in) throws IOException {
        if (!inBody) {
            String text = head.read(in);
            if (text.isEmpty()) {
                return false;
            }
            startLine = text.substring(0, text.indexOf('\r'));
            left = length(text);
            inBody = true;
        }
        int taken = (int) Math.min(left, in.remaining());
        in.position(in.position() + taken);
        left -= taken;
        inBody = left > 0;
        return left == 0;
    }

    private static long length(String head) throws IOException {
        Matcher length = LENGTH.matcher(head);
        if (!length.find()) {
            throw new IOException("an answer without Content-Length");
        }
        return Long.parseLong(length.group(1));
    }

    boolean isGood() {
        return startLine.startsWith("http/1.1 200");
    }

    /** Of the last head, in lower case. */
    String startLine() {
        return startLine;
    }
}
