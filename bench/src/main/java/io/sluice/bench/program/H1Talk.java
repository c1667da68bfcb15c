package io.sluice.bench.program;

import java.io.IOException;
import java.nio.ByteBuffer;

/** HTTP/1.1. */
final class H1Talk implements Talk {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private final Request request;
    private final Answer answer = new Answer();

    H1Talk(Request request) {
        this.request = request;
    }

    @Override
    public ByteBuffer ask() {
        return request.bytes();
    }

    @Override
    public boolean read(ByteBuffer in) throws IOException {
        return answer.read(in);
    }

    @Override
    public boolean allows(ByteBuffer in) {
        return !in.hasRemaining();
    }

    @Override
    public ByteBuffer reply() {
        return NOTHING;
    }

    @Override
    public boolean isGood() {
        return answer.isGood();
    }

    @Override
    public String startLine() {
        return answer.startLine();
    }
}
