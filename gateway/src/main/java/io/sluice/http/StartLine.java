package io.sluice.http;

import io.sluice.http.Scan.State;
import org.jspecify.annotations.Nullable;

/** Reads request lines and status lines (RFC 9112 sections 3 and 4). */
final class StartLine {
    /** Longer methods are not known to anybody. */
    private static final int MAX_METHOD = 32;

    private static final long HTTP_1_1 = Octets.word(Head.ascii("HTTP/1.1"), 0);
    private static final byte[] VERSION = Head.ascii("HTTP/#.#\r\n");
    private static final byte[] STATUS = Head.ascii("HTTP/#.# ###");

    private StartLine() {}

    /** Reads as far as the bytes reach; behind the line's end the state is LINE. Returns why the line is refused. */
    static @Nullable Failure request(Head head) {
        Scan scan = head.scan;
        Failure refusal = null;
        if (scan.state == State.START) {
            refusal = start(head, scan);
        }
        if (scan.state == State.METHOD) {
            refusal = method(head, scan);
        }
        if (scan.state == State.TARGET) {
            refusal = path(head, scan);
        }
        if (scan.state == State.QUERY) {
            refusal = query(head, scan);
        }
        if (scan.state == State.VERSION) {
            refusal = version(head, scan);
        }
        return refusal;
    }

    /** One empty line before the request line is skipped (RFC 9112 section 2.2). */
    private static @Nullable Failure start(Head head, Scan scan) {
        byte[] block = head.block();
        if (head.length == 0) {
            return null;
        }
        if (block[0] == '\n') {
            return Failure.REQUEST_LINE_END;
        }
        if (block[0] == '\r') {
            if (head.length == 1) {
                return null;
            }
            if (block[1] != '\n') {
                return Failure.REQUEST_LINE_END;
            }
            scan.at = 2;
        }
        head.lineStart = scan.at;
        scan.state = State.METHOD;
        return null;
    }

    private static @Nullable Failure method(Head head, Scan scan) {
        byte[] block = head.block();
        int start = head.lineStart;
        int end = Math.min(head.length, start + MAX_METHOD + 1);
        int at = scan.at;
        while (at < end && Octets.is(Octets.TOKEN, block[at])) {
            at++;
        }
        scan.at = at;
        if (at - start > MAX_METHOD) {
            return Failure.REQUEST_METHOD_UNSUPPORTED;
        }
        if (at == end) {
            return null;
        }
        if (block[at] != ' ' || at == start) {
            return strayInLine(block[at], Failure.REQUEST_METHOD);
        }
        head.method = Method.of(block, start, at);
        if (head.method == Method.CONNECT) {
            return Failure.REQUEST_METHOD_UNSUPPORTED;
        }
        head.methodEnd = at;
        head.pathStart = at + 1;
        scan.at = at + 1;
        scan.state = State.TARGET;
        return null;
    }

    private static @Nullable Failure path(Head head, Scan scan) {
        byte[] block = head.block();
        int limit = head.length;
        int at = scan.at;
        int seen = scan.seen;
        for (int classes; at < limit && ((classes = Octets.classes(block[at])) & Octets.PATH) != 0; at++) {
            seen |= classes;
        }
        scan.at = at;
        scan.seen = seen;
        if (at == limit) {
            return null;
        }
        byte b = block[at];
        if (at == head.pathStart || (b != ' ' && b != '?')) {
            return strayInLine(b, Failure.REQUEST_TARGET);
        }
        head.pathEnd = at;
        scan.at = at + 1;
        if (b == '?') {
            head.queryStart = at + 1;
            scan.state = State.QUERY;
        } else {
            scan.state = State.VERSION;
        }
        return null;
    }

    private static @Nullable Failure query(Head head, Scan scan) {
        byte[] block = head.block();
        int limit = head.length;
        int at = scan.at;
        while (at < limit && Octets.is(Octets.QUERY, block[at])) {
            at++;
        }
        scan.at = at;
        if (at == limit) {
            return null;
        }
        if (block[at] != ' ') {
            return strayInLine(block[at], Failure.REQUEST_TARGET);
        }
        head.queryEnd = at;
        scan.at = at + 1;
        scan.state = State.VERSION;
        return null;
    }

    private static Failure strayInLine(byte b, Failure otherwise) {
        return switch (b) {
            case '\n' -> Failure.REQUEST_LINE_END;
            case '\r', '\t', ' ' -> Failure.REQUEST_LINE;
            default -> otherwise;
        };
    }

    private static @Nullable Failure version(Head head, Scan scan) {
        byte[] block = head.block();
        int at = scan.at;
        int end = at + VERSION.length;
        if (end <= head.length
                && Octets.word(block, at) == HTTP_1_1
                && block[end - 2] == '\r'
                && block[end - 1] == '\n') {
            head.minor = 1;
        } else {
            int matched = matched(VERSION, block, at, head.length);
            if (at + matched == head.length && matched < VERSION.length) {
                return null;
            }
            if (matched < VERSION.length) {
                boolean lineEnd = block[at + matched] == '\n' || matched == VERSION.length - 1;
                return lineEnd ? Failure.REQUEST_LINE_END : Failure.REQUEST_LINE;
            }
            if (block[at + 5] != '1' || block[at + 7] > '1') {
                return Failure.REQUEST_VERSION;
            }
            head.minor = block[at + 7] - '0';
        }
        head.lineEnd = end;
        scan.at = end;
        scan.state = State.LINE;
        return Target.settle(head);
    }

    /** Reads as far as the bytes reach; behind the line's end the state is LINE. Returns why the line is refused. */
    static @Nullable Failure response(Head head) {
        Scan scan = head.scan;
        Failure refusal = null;
        if (scan.state == State.START) {
            scan.state = State.STATUS;
        }
        if (scan.state == State.STATUS) {
            refusal = status(head, scan);
        }
        if (scan.state == State.REASON) {
            refusal = reason(head, scan);
        }
        return refusal;
    }

    private static @Nullable Failure status(Head head, Scan scan) {
        byte[] block = head.block();
        int matched = matched(STATUS, block, 0, head.length);
        if (matched < STATUS.length) {
            return matched == head.length ? null : Failure.RESPONSE_HEAD;
        }
        head.status = (block[9] - '0') * 100 + (block[10] - '0') * 10 + block[11] - '0';
        head.minor = block[7] - '0';
        if (block[5] != '1' || head.minor > 1 || head.status < 100 || head.status > 599) {
            return Failure.RESPONSE_HEAD;
        }
        scan.at = STATUS.length;
        scan.state = State.REASON;
        return null;
    }

    /** The space before the reason may be missing where there is no reason: common, and nothing hangs on it. */
    private static @Nullable Failure reason(Head head, Scan scan) {
        byte[] block = head.block();
        int limit = head.length;
        if (scan.at == STATUS.length && limit > scan.at && block[scan.at] != ' ' && block[scan.at] != '\r') {
            return Failure.RESPONSE_HEAD;
        }
        int at = FieldLines.lineEnd(block, scan.at, limit);
        scan.at = at;
        if (at == limit || (at + 1 == limit && block[at] == '\r')) {
            return null;
        }
        if (block[at] != '\r' || block[at + 1] != '\n') {
            return Failure.RESPONSE_HEAD;
        }
        head.lineEnd = at + 2;
        head.verbatim = head.minor == 1 && at > STATUS.length;
        scan.at = at + 2;
        scan.state = State.LINE;
        return null;
    }

    /** How many bytes from {@code at} on are as in the pattern, where '#' is any digit. */
    private static int matched(byte[] pattern, byte[] block, int at, int limit) {
        int most = Math.min(pattern.length, limit - at);
        int i = 0;
        while (i < most && (pattern[i] == '#' ? Octets.isDigit(block[at + i]) : pattern[i] == block[at + i])) {
            i++;
        }
        return i;
    }
}
