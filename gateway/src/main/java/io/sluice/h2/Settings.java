package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.sluice.wire.Wire;

/** What settings may be (RFC 9113 section 6.5.2), and those of this end. */
final class Settings {
    private static final int SERVER_SETTINGS = 4;
    private static final int CLIENT_SETTINGS = 3;
    private static final long MAX_FRAME = (1 << 24) - 1;

    private Settings() {}

    /** Writes the preface of this end (RFC 9113 section 3.4), and how much may come on all streams together. */
    static void write(Wire wire, boolean server, H2Limits limits) {
        int length = (server ? SERVER_SETTINGS : CLIENT_SETTINGS) * Frame.SETTING;
        ByteBuf out = wire.out(Frame.PREFACE.length + Frame.HEADER + length);
        if (!server) {
            out.writeBytes(Frame.PREFACE);
        }
        Frame.header(out, length, Frame.SETTINGS, 0, 0);
        if (server) {
            Frame.setting(out, Frame.MAX_CONCURRENT_STREAMS, limits.streams());
            Frame.setting(out, Frame.ENABLE_CONNECT_PROTOCOL, 1);
        } else {
            Frame.setting(out, Frame.ENABLE_PUSH, 0);
        }
        Frame.setting(out, Frame.INITIAL_WINDOW_SIZE, limits.window());
        Frame.setting(out, Frame.MAX_HEADER_LIST_SIZE, limits.headBytes());
        int more = limits.connectionWindow() - H2Limits.DEFAULT_WINDOW;
        if (more > 0) {
            Frame.windowUpdate(wire, 0, more);
        }
    }

    /** @param server this end is */
    static boolean isValid(int setting, long value, boolean server) {
        return switch (setting) {
            // a server must not ask for being pushed to
            case Frame.ENABLE_PUSH -> value == 0 || (server && value == 1);
            case Frame.INITIAL_WINDOW_SIZE -> value <= Integer.MAX_VALUE;
            case Frame.ENABLE_CONNECT_PROTOCOL -> value <= 1;
            case Frame.MAX_FRAME_SIZE -> value >= Frame.MAX_PAYLOAD && value <= MAX_FRAME;
            default -> true;
        };
    }
}
