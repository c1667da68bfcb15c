package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a request and its response (RFC 9113 section 5). Each side ends on its own, and with the second the stream is closed; a reset
 * closes both. A closed stream does nothing any more. On the loop of its connection.
 *
 * <p>The object is used again once its owner has {@link #free}d it.
 */
public final class H2Stream {
    private static final int NO_LENGTH = -1;

    private int id;
    private @Nullable H2Connection connection;
    private @Nullable StreamEvents events;

    // sending
    private int window;
    private long toSend;
    private boolean outputEnded;
    /** All was handed over, and its end follows what is kept. */
    private boolean ending;
    /** Instead of an END_STREAM. */
    private @Nullable ErrorCode lastWord;

    private @Nullable ByteBuf kept;
    private byte @Nullable [] trailers;
    boolean queued;

    @Nullable
    H2Stream next;

    // receiving
    private int room;
    private int unconsumed;
    private int owed;
    final Declared declared = new Declared();
    private boolean inputEnded;

    private boolean unwanted;
    private boolean patient;
    /** When something of what is kept was sent last, or it was first kept. */
    private long tookAt;

    H2Stream() {}

    void start(int number, H2Connection of, int sendWindow, int receiveWindow) {
        id = number;
        connection = of;
        events = null;
        window = sendWindow;
        toSend = NO_LENGTH;
        outputEnded = false;
        ending = false;
        lastWord = null;
        room = receiveWindow;
        unconsumed = 0;
        owed = 0;
        declared.clear();
        inputEnded = false;
        unwanted = false;
        patient = false;
    }

    /** What happens from now on is told to {@code owner}; the first thing that is done with a new stream. */
    public void tell(StreamEvents owner) {
        events = owner;
    }

    /** Odd if the client has opened it. */
    public int id() {
        return id;
    }

    /** Both sides have ended, or it was reset. */
    public boolean isClosed() {
        return connection == null;
    }

    /** The other end has said everything. */
    public boolean isInputEnded() {
        return inputEnded;
    }

    /** Nothing more is to be sent; it may still be kept. */
    public boolean isOutputEnded() {
        return outputEnded || ending;
    }

    /** Nobody knows it any more: a closed stream may be used for another message. */
    public void free(H2Room room) {
        if (connection == null) {
            events = null;
            room.give(this);
        }
    }

    // ---- sending

    /** A 1xx response. */
    public void interim(Head head) {
        H2Connection to = connection;
        if (to != null && !isOutputEnded()) {
            to.room().encoder.interim(to.encoder(), head);
            to.fields(this, false);
        }
    }

    /**
     * The head of the final response.
     *
     * @param body bytes that follow, or negative: nobody knows
     * @param bodiless it answers HEAD, or is a 304: none follow, whatever Content-Length says
     */
    public void response(Head head, long body, boolean bodiless) {
        H2Connection to = connection;
        if (to != null && !isOutputEnded()) {
            to.room().encoder.response(to.encoder(), head, body, bodiless);
            begin(to, bodiless || head.status() == 204 ? 0 : body);
        }
    }

    /**
     * The head of the request.
     *
     * @param body bytes that follow, or negative: nobody knows
     * @param secure its scheme is https
     */
    public void request(Head head, long body, boolean secure) {
        H2Connection to = connection;
        if (to != null) {
            declared.answers(head);
            to.room().encoder.request(to.encoder(), head, body, secure);
            begin(to, body);
        }
    }

    /** The head of an extended CONNECT (RFC 8441 section 4): if it is answered by a 2xx, the stream is a tunnel. */
    public void connect(Head head, boolean secure) {
        H2Connection to = connection;
        if (to != null) {
            declared.answersConnect();
            to.room().encoder.connect(to.encoder(), head, secure);
            begin(to, NO_LENGTH);
        }
    }

    /** Answers an extended CONNECT by 200, with the fields of that head: the stream is a tunnel from now on. */
    public void tunnel(Head head) {
        H2Connection to = connection;
        if (to != null && !isOutputEnded()) {
            to.room().encoder.tunnel(to.encoder(), head);
            begin(to, NO_LENGTH);
        }
    }

    private void begin(H2Connection to, long body) {
        toSend = body;
        boolean ends = body == 0 && lastWord == null;
        to.fields(this, ends);
        if (body == 0) {
            ended();
        }
    }

    /** More of the body: [from, from+length) of a buffer that the caller was lent. What cannot leave now is kept. */
    public void data(ByteBuf lent, int from, int length) {
        H2Connection to = connection;
        if (to == null || isOutputEnded() || length == 0) {
            return;
        }
        boolean isLast = toSend == length;
        toSend -= toSend > 0 ? length : 0;
        int sent = kept == null ? to.sender().send(this, lent, from, length, isLast && lastWord == null) : 0;
        if (sent < length) {
            keep(to, lent, from + sent, length - sent);
            ending = isLast;
        } else if (isLast) {
            ended();
        }
    }

    private void keep(H2Connection to, ByteBuf lent, int from, int length) {
        ByteBuf into = kept;
        if (into == null) {
            into = PooledByteBufAllocator.DEFAULT.directBuffer(length);
            kept = into;
            tookAt = to.wire().loop().nanoTime();
        }
        into.writeBytes(lent, from, length);
        to.sender().holds(length);
        if (window > 0) {
            to.sender().want(this);
        }
    }

    /** Nothing follows but these trailers, which are lent. */
    public void end(@Nullable Head fields) {
        H2Connection to = connection;
        if (to == null || isOutputEnded()) {
            return;
        }
        if (fields != null) {
            Block block = to.room().encoder.trailers(fields);
            if (kept != null) {
                trailers = block.copy();
                ending = true;
                return;
            }
            to.trailers(this, block);
        } else if (kept != null) {
            ending = true;
            return;
        } else if (lastWord == null) {
            Frame.header(to.wire().out(Frame.HEADER), 0, Frame.DATA, Frame.END_STREAM, id);
        }
        ended();
    }

    /** Whether more may be written: nothing is kept, or not so much as the bound. */
    public boolean isWritable(int bound) {
        ByteBuf bytes = kept;
        return bytes == null || bytes.readableBytes() < bound;
    }

    /** Bytes that are kept since they may not leave yet. */
    public int kept() {
        ByteBuf bytes = kept;
        return bytes == null ? 0 : bytes.readableBytes();
    }

    /** For how long nothing of what is kept could be sent, in nanoseconds; 0 if nothing is kept. */
    public long stalledNanos() {
        return kept == null || connection == null ? 0 : connection.wire().loop().nanoTime() - tookAt;
    }

    /** What is sent does not end the stream properly, but by a reset with that code (RFC 9113 section 8.1.1). Before its head. */
    public void endsWith(ErrorCode code) {
        lastWord = code;
    }

    /** Ends the stream at once, both ways; {@link StreamEvents#closed} is told {@link StreamEvents.Ending#GIVEN_UP}. */
    public void reset(ErrorCode code) {
        H2Connection to = connection;
        if (to != null) {
            Frame.reset(to.wire(), id, code);
            to.close(this, StreamEvents.Ending.GIVEN_UP, code);
        }
    }

    private void ended() {
        outputEnded = true;
        ErrorCode code = lastWord;
        if (code != null) {
            reset(code);
        } else if (!tellUnwanted()) {
            closeIfEnded();
        }
    }

    // ---- for the connection: sending

    int window() {
        return window;
    }

    /** So many bytes were sent. */
    void took(int bytes, long now) {
        window -= bytes;
        tookAt = now;
    }

    /** The window changes; false if it is more than one can be. It may become negative (RFC 9113 section 6.9.2). */
    boolean open(int increment, Sender sender) {
        long opened = (long) window + increment;
        if (opened > Integer.MAX_VALUE) {
            return false;
        }
        window = (int) opened;
        if (kept != null && window > 0) {
            sender.want(this);
        }
        return true;
    }

    /** Its turn has come: sends one frame of what it keeps. */
    void turn(Sender sender) {
        ByteBuf from = kept;
        if (from == null || connection == null) {
            return;
        }
        from.skipBytes(sender.turn(this, from, ending && trailers == null && lastWord == null));
        if (from.isReadable()) {
            if (window > 0) {
                sender.want(this);
            }
            return;
        }
        kept = null;
        from.release();
        if (!ending) {
            if (events != null) {
                events.writable();
            }
            return;
        }
        byte[] last = trailers;
        if (last != null) {
            trailers = null;
            H2Connection to = connection;
            to.trailers(this, to.room().encoder.again(last));
        }
        ended();
    }

    // ---- for the connection: receiving

    /**
     * What follows is not wanted: it is dropped, and when everything was sent the other end is told so (RFC 9113 section 8.1).
     *
     * @param later the other end may end its side itself first: who has been refused a tunnel does so, and would take a reset for the answer
     */
    public void dropInput(boolean later) {
        H2Connection to = connection;
        if (to != null) {
            unwanted = true;
            patient = later && !to.isDrained();
            if (patient) {
                tookAt = to.wire().loop().nanoTime();
            }
            tellUnwanted();
        }
    }

    private boolean tellUnwanted() {
        boolean tells = unwanted && outputEnded && !inputEnded && !patient;
        if (tells) {
            reset(ErrorCode.NO_ERROR);
        }
        return tells;
    }

    /** So long after {@link #dropInput} it is told all the same. */
    void endPatience(long nanos) {
        H2Connection to = connection;
        if (patient && to != null && to.wire().loop().nanoTime() - tookAt >= nanos) {
            patient = false;
            tellUnwanted();
        }
    }

    /** What came was dealt with: so many bytes more may come, of this stream and of the connection. */
    public void consumed(int bytes) {
        H2Connection to = connection;
        if (to == null) {
            return;
        }
        int counted = Math.min(bytes, unconsumed);
        unconsumed -= counted;
        to.consumed(counted);
        owed += counted;
        if (!inputEnded && owed >= to.limits().window() / 2) {
            room += owed;
            Frame.windowUpdate(to.wire(), id, owed);
            owed = 0;
        }
    }

    /** A frame of that length begins; false if the window has no room for it. */
    boolean receives(int length) {
        if (length > room) {
            return false;
        }
        room -= length;
        unconsumed += length;
        return true;
    }

    /** A piece of the body; returns false if it is more than was declared. */
    boolean receive(ByteBuf in, int from, int length) {
        if (!declared.takes(length)) {
            return false;
        }
        if (unwanted) {
            consumed(length);
        } else if (events != null) {
            events.data(in, from, length);
        }
        return true;
    }

    /** The other end has said everything; false if that is less than was declared. */
    boolean endInput(@Nullable Head fields) {
        if (declared.isShort()) {
            return false;
        }
        endInput();
        StreamEvents told = events;
        if (told != null && !unwanted) {
            told.ended(fields);
        }
        closeIfEnded();
        return true;
    }

    void endInput() {
        inputEnded = true;
    }

    void closeIfEnded() {
        H2Connection to = connection;
        if (outputEnded && inputEnded && to != null) {
            to.close(this, StreamEvents.Ending.ENDED, ErrorCode.NO_ERROR);
        }
    }

    @Nullable
    StreamEvents events() {
        return events;
    }

    /** Closed by the connection; returns how many received bytes were never consumed. */
    int close(Sender sender) {
        connection = null;
        sender.forget(this);
        ByteBuf unsent = kept;
        if (unsent != null) {
            kept = null;
            sender.holds(-unsent.readableBytes());
            unsent.release();
        }
        trailers = null;
        return unconsumed;
    }
}
