package io.sluice.http;

import io.netty.buffer.ByteBuf;

/**
 * Reads the line before a chunk: its size and extensions (RFC 9112 section 7.1). Extensions are checked and forgotten.
 * A size has at most 15 digits, leading zeros included; extensions at most 256 bytes a line.
 *
 * <p>Some of what the grammar has is refused, since not every reader takes it: HTAB and bytes that are not ASCII anywhere
 * in the line, and whitespace behind a value that is not quoted.
 */
final class ChunkLine {
    private static final int MAX_DIGITS = 15;
    private static final int MAX_EXTENSIONS = 256;

    private enum State {
        SIZE,
        /** Whitespace, then a semicolon. */
        BEFORE_EXTENSION,
        /** Behind a semicolon. */
        BEFORE_NAME,
        NAME,
        /** Whitespace behind a name. */
        AFTER_NAME,
        /** Behind an equals sign. */
        BEFORE_VALUE,
        TOKEN,
        QUOTED,
        ESCAPED,
        AFTER_QUOTED,
        /** Behind CR. */
        LINE_FEED,
        COMPLETE,
        REFUSED
    }

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int extensions;

    void clear() {
        state = State.SIZE;
        size = 0;
        digits = 0;
        extensions = 0;
    }

    /** Takes bytes up to the line's end. */
    void read(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        State now = state;
        while (at < end && now.compareTo(State.COMPLETE) < 0) {
            byte b = in.getByte(at++);
            now = now == State.SIZE ? size(b) : extension(now, b);
        }
        state = now;
        in.readerIndex(at);
    }

    boolean complete() {
        return state == State.COMPLETE;
    }

    boolean refused() {
        return state == State.REFUSED;
    }

    /** Of the chunk in bytes, once complete. */
    long size() {
        return size;
    }

    private State size(byte b) {
        int digit = Octets.hex(b);
        if (digit >= 0) {
            size = (size << 4) | digit;
            return ++digits > MAX_DIGITS ? State.REFUSED : State.SIZE;
        }
        return digits == 0 ? State.REFUSED : next(b);
    }

    private State extension(State now, byte b) {
        if (++extensions > MAX_EXTENSIONS) {
            return State.REFUSED;
        }
        boolean space = b == ' ';
        boolean token = Octets.is(Octets.TOKEN, b);
        return switch (now) {
            case BEFORE_EXTENSION -> b == ';' ? State.BEFORE_NAME : stayIf(space, now);
            case BEFORE_NAME -> token ? State.NAME : stayIf(space, now);
            case NAME -> {
                if (token) {
                    yield State.NAME;
                }
                if (b == '=') {
                    yield State.BEFORE_VALUE;
                }
                yield space ? State.AFTER_NAME : next(b);
            }
            case AFTER_NAME -> {
                if (b == '=') {
                    yield State.BEFORE_VALUE;
                }
                yield b == ';' ? State.BEFORE_NAME : stayIf(space, now);
            }
            case BEFORE_VALUE -> {
                if (b == '"') {
                    yield State.QUOTED;
                }
                yield token ? State.TOKEN : stayIf(space, now);
            }
            case TOKEN -> {
                if (token) {
                    yield State.TOKEN;
                }
                yield space ? State.REFUSED : next(b);
            }
            case QUOTED -> {
                if (b == '"') {
                    yield State.AFTER_QUOTED;
                }
                yield b == '\\' ? State.ESCAPED : stayIf(isText(b), now);
            }
            case ESCAPED -> isText(b) ? State.QUOTED : State.REFUSED;
            case AFTER_QUOTED, SIZE -> next(b);
            case LINE_FEED -> b == '\n' ? State.COMPLETE : State.REFUSED;
            case COMPLETE, REFUSED -> now;
        };
    }

    /** Behind a complete element: another extension, or the line's end. */
    private static State next(byte b) {
        return switch (b) {
            case ';' -> State.BEFORE_NAME;
            case ' ' -> State.BEFORE_EXTENSION;
            case '\r' -> State.LINE_FEED;
            default -> State.REFUSED;
        };
    }

    private static State stayIf(boolean allowed, State now) {
        return allowed ? now : State.REFUSED;
    }

    private static boolean isText(byte b) {
        return b >= ' ' && b != 0x7f;
    }
}
