package io.sluice.bench.models;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/** One client with one kept connection and one request at a time, which blocks. Used by one thread. */
public final class Client implements AutoCloseable {
    private static final int READ_BYTES = 4096;
    private final Socket socket = new Socket();
    private final byte[] bytes = new byte[READ_BYTES];
    private final byte[] request;
    private final AnswerReader answers;

    /** Connects. Neither that nor any answer may take longer than the deadline. */
    public Client(Target target, Duration deadline) throws IOException {
        request = target.request();
        answers = new AnswerReader(target.bodyBytes());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(deadline.toMillis()));
        socket.connect(target.address(), Math.toIntExact(deadline.toMillis()));
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws IOException if there is none in time, or it is not 200
     */
    public void ask() throws IOException {
        socket.getOutputStream().write(request);
        InputStream in = socket.getInputStream();
        int ended = 0;
        while (ended == 0) {
            int count = in.read(bytes);
            if (count < 0) {
                throw new EOFException("closed before the answer");
            }
            ended = answers.endedIn(ByteBuffer.wrap(bytes, 0, count));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
