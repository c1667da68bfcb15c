package io.sluice.http;

import io.sluice.http.Scan.State;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field lines of a head or trailer section, one pass over the bytes (RFC 9112 section 5). A name is a token
 * with the colon right behind it; a value is any bytes but control characters, HTAB apart; a line ends with CR LF and
 * is never continued. Failures are those of a request.
 */
final class FieldLines {
    private FieldLines() {}

    /** Reads as far as the bytes reach; the state is DONE behind the empty line. Returns why a line is refused. */
    static @Nullable Failure read(Head head, int maxFields) {
        Scan scan = head.scan;
        byte[] block = head.block();
        int limit = head.length;
        while (true) {
            int before = scan.at;
            Failure refusal = null;
            if (scan.state == State.LINE) {
                plainLines(head, scan, block, limit, maxFields);
                refusal = line(head, scan, block, limit, maxFields);
            }
            if (scan.state == State.NAME) {
                refusal = name(scan, block, limit);
            }
            if (scan.state == State.BEFORE_VALUE) {
                beforeValue(scan, block, limit);
            }
            if (scan.state == State.VALUE) {
                refusal = value(head, scan, block, limit);
            }
            if (refusal != null || scan.state != State.LINE || scan.at == before) {
                return refusal;
            }
        }
    }

    /**
     * Takes lines as nearly all are: whole, one space or none before the value, none behind. Leaves the first other one
     * to the rest of this class.
     */
    private static void plainLines(Head head, Scan scan, byte[] block, int limit, int maxFields) {
        FieldIndex index = head.index;
        int start = scan.at;
        int seen = scan.seen;
        while (index.count() < maxFields) {
            int colon = start;
            for (int classes;
                    colon < limit && ((classes = Octets.classes(block[colon])) & Octets.TOKEN) != 0;
                    colon++) {
                seen |= classes;
            }
            if (colon == start || colon == limit || block[colon] != ':') {
                break;
            }
            int valueStart = block[colon + 1] == ' ' ? colon + 2 : colon + 1;
            int valueEnd = Octets.control(block, valueStart, limit);
            if (valueEnd + 1 >= limit
                    || !Octets.isLineEnd(block, valueEnd)
                    || block[valueStart] == ' '
                    || block[valueEnd - 1] == ' ') {
                break;
            }
            index.add(Name.of(block, start, colon), start, colon, valueStart, valueEnd, valueEnd + 2);
            start = valueEnd + 2;
        }
        scan.at = start;
        scan.seen = seen;
    }

    private static @Nullable Failure line(Head head, Scan scan, byte[] block, int limit, int maxFields) {
        int at = scan.at;
        if (at == limit) {
            return null;
        }
        byte b = block[at];
        if (b == '\r') {
            return end(scan, block, limit);
        }
        if (Octets.isSpace(b)) {
            return head.index.count() == 0 ? Failure.REQUEST_FIELD : Failure.REQUEST_FIELD_FOLDED;
        }
        if (head.index.count() == maxFields) {
            return Failure.REQUEST_FIELDS_MANY;
        }
        scan.mark = at;
        scan.state = State.NAME;
        return null;
    }

    private static @Nullable Failure end(Scan scan, byte[] block, int limit) {
        int at = scan.at + 1;
        if (at == limit) {
            return null;
        }
        if (block[at] != '\n') {
            return Failure.REQUEST_LINE_END;
        }
        scan.at = at + 1;
        scan.state = State.DONE;
        return null;
    }

    private static @Nullable Failure name(Scan scan, byte[] block, int limit) {
        int at = scan.at;
        int seen = scan.seen;
        for (int classes; at < limit && ((classes = Octets.classes(block[at])) & Octets.TOKEN) != 0; at++) {
            seen |= classes;
        }
        scan.at = at;
        scan.seen = seen;
        if (at == limit) {
            return null;
        }
        if (block[at] != ':' || at == scan.mark) {
            return block[at] == '\n' ? Failure.REQUEST_LINE_END : Failure.REQUEST_FIELD;
        }
        scan.nameEnd = at;
        scan.at = at + 1;
        scan.state = State.BEFORE_VALUE;
        return null;
    }

    private static void beforeValue(Scan scan, byte[] block, int limit) {
        int at = scan.at;
        while (at < limit && Octets.isSpace(block[at])) {
            at++;
        }
        scan.at = at;
        if (at < limit) {
            scan.valueStart = at;
            scan.state = State.VALUE;
        }
    }

    private static @Nullable Failure value(Head head, Scan scan, byte[] block, int limit) {
        int at = lineEnd(block, scan.at, limit);
        scan.at = at;
        if (at == limit || (at + 1 == limit && block[at] == '\r')) {
            return null;
        }
        if (block[at] != '\r' || block[at + 1] != '\n') {
            return block[at] == '\r' || block[at] == '\n' ? Failure.REQUEST_LINE_END : Failure.REQUEST_FIELD;
        }
        int valueEnd = at;
        while (valueEnd > scan.valueStart && Octets.isSpace(block[valueEnd - 1])) {
            valueEnd--;
        }
        int name = Name.of(block, scan.mark, scan.nameEnd);
        head.index.add(name, scan.mark, scan.nameEnd, scan.valueStart, valueEnd, at + 2);
        scan.at = at + 2;
        scan.state = State.LINE;
        return null;
    }

    /** First byte in [from, limit) that cannot stand in a value or reason: CR where the line is right; {@code limit} if none. */
    static int lineEnd(byte[] block, int from, int limit) {
        int at = Octets.control(block, from, limit);
        while (at < limit && block[at] == '\t') {
            at = Octets.control(block, at + 1, limit);
        }
        return at;
    }
}
