package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a {@link TlsWire}, and how it is driven: records in, content out, and what it has to say itself in between. To be extended,
 * since each object more is 16 bytes for every idle connection. On the loop.
 */
abstract class Encryption implements Wire {
    /** Of a record. */
    private static final int HEADER = 5;
    /** Of the content of one record (RFC 8446 section 5.1). */
    static final int LONGEST_CONTENT = 16 << 10;
    /** Of one record, whatever the version. */
    static final int LONGEST_RECORD = LONGEST_CONTENT + 2048 + HEADER;

    /** A type of record (RFC 8446 section 5.1), and a level of what is in it (section 6). */
    private static final int ALERT = 21;

    private static final int FATAL = 2;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
    /** What a record of BoringSSL is longer than its content at most. */
    private static final int OVERHEAD = 128;
    /** As much as most servers have to say in a handshake, in one piece. */
    private static final int FLIGHT = 4096;

    /** What is said goes there. */
    final Wire raw;

    /** Null before the handshake has begun, and at the end. */
    @Nullable
    SSLEngine engine;

    /** The engine wants room for the longest record, whatever there is to be written. */
    private boolean roomy;

    Encryption(Wire raw) {
        this.raw = raw;
    }

    /** Whether the handshake is still to be done. */
    abstract boolean isHandshaking();

    /** It is done; called once at least. */
    abstract void handshakeDone();

    private SSLEngine engine() throws SSLException {
        SSLEngine used = engine;
        if (used == null) {
            throw new SSLException("closed");
        }
        return used;
    }

    // ---- in

    /** Completes the record that has begun, as far as there is enough. */
    static void complete(ByteBuf record, ByteBuf bytes) {
        take(record, bytes, HEADER);
        if (record.readableBytes() >= HEADER) {
            take(record, bytes, HEADER + record.getUnsignedShort(record.readerIndex() + HEADER - 2));
        }
    }

    private static void take(ByteBuf record, ByteBuf bytes, int whole) {
        int missing = Math.min(whole - record.readableBytes(), bytes.readableBytes());
        if (missing > 0) {
            record.writeBytes(bytes, missing);
        }
    }

    /** What one record, or a part of it, came to. */
    enum Progress {
        /** There is nothing more to be had. */
        NONE,
        SOME,
        /** close_notify. */
        END
    }

    /** Takes one record, if it is there as a whole. */
    final Progress unwrap(ByteBuf in, ByteBuf into) throws SSLException {
        if (!isHandshaking() && in.readableBytes() < HEADER) {
            return Progress.NONE;
        }
        if (isHandshaking() && isPlainAlert(in)) {
            throw new SSLException("alert " + in.getUnsignedByte(in.readerIndex() + HEADER + 1));
        }
        SSLEngineResult result =
                engine().unwrap(in.internalNioBuffer(in.readerIndex(), in.readableBytes()), free(into));
        in.skipBytes(result.bytesConsumed());
        into.writerIndex(into.writerIndex() + result.bytesProduced());
        if (result.getStatus() == Status.CLOSED) {
            return Progress.END;
        }
        boolean moved = result.bytesConsumed() + result.bytesProduced() > 0;
        return goOn(result.getHandshakeStatus(), moved) ? Progress.SOME : Progress.NONE;
    }

    /** Clients that refuse a certificate of TLS 1.3 say so in cleartext, and the engine takes that for a record that is cut short. */
    private static boolean isPlainAlert(ByteBuf in) {
        int at = in.readerIndex();
        return in.readableBytes() >= HEADER + 2
                && in.getByte(at) == ALERT
                && in.getUnsignedShort(at + HEADER - 2) == 2
                && in.getByte(at + HEADER) == FATAL;
    }

    /** Does what a handshake needs besides input; false: that is all. */
    private boolean goOn(HandshakeStatus status, boolean moved) throws SSLException {
        return switch (status) {
            case NEED_TASK -> {
                runTasks();
                yield goOn(engine().getHandshakeStatus(), true);
            }
            case NEED_WRAP -> speak() || moved;
            case FINISHED -> {
                handshakeDone();
                yield true;
            }
            case NOT_HANDSHAKING -> {
                handshakeDone();
                yield moved;
            }
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> moved;
        };
    }

    private void runTasks() throws SSLException {
        if (!isHandshaking()) {
            // nothing but another handshake needs one, and that is not offered
            throw new SSLException("renegotiation");
        }
        Runnable task;
        while ((task = engine().getDelegatedTask()) != null) {
            task.run();
        }
    }

    // ---- out

    /** Little content: into what the wire below gathers. */
    final void encrypt(ByteBuffer content) throws SSLException {
        while (content.hasRemaining()) {
            int length = Math.min(content.remaining(), LONGEST_CONTENT);
            wrap(content, raw.out(roomy ? LONGEST_RECORD : length + OVERHEAD));
        }
    }

    /** Much content: into a buffer of its own, which the wire below sends from where it is. */
    final void encryptLarge(ByteBuffer content) throws SSLException {
        int length = content.remaining();
        int records = length / LONGEST_CONTENT + 1;
        ByteBuf made = PooledByteBufAllocator.DEFAULT.directBuffer(length + records * OVERHEAD);
        try {
            while (content.hasRemaining()) {
                made.ensureWritable(roomy ? LONGEST_RECORD : OVERHEAD);
                wrap(content, made);
            }
            raw.write(made, 0, made.readableBytes());
        } finally {
            made.release();
        }
    }

    /** Encrypts the beginning of some content, or what the engine itself has to say; returns how much came of it. */
    private int wrap(ByteBuffer content, ByteBuf into) throws SSLException {
        int before = content.remaining();
        SSLEngineResult result = engine().wrap(content, free(into));
        into.writerIndex(into.writerIndex() + result.bytesProduced());
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            if (roomy && into.writableBytes() >= LONGEST_RECORD) {
                throw new SSLException("a record that is too long");
            }
            roomy = true;
            into.ensureWritable(LONGEST_RECORD);
            return wrap(content, into);
        }
        if (before > 0 && content.remaining() == before && result.bytesProduced() == 0) {
            throw new SSLException("the client has ended TLS");
        }
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            handshakeDone();
        }
        return result.bytesProduced();
    }

    /** Says what the engine has to say; whether that was something. */
    private boolean speak() throws SSLException {
        boolean some = false;
        HandshakeStatus next;
        do {
            boolean said = wrap(NOTHING, raw.out(roomy ? LONGEST_RECORD : FLIGHT)) > 0;
            some |= said;
            next = engine().getHandshakeStatus();
            if (next == HandshakeStatus.NEED_TASK) {
                runTasks();
                some = true;
                next = engine().getHandshakeStatus();
            } else if (!said) {
                return some;
            }
        } while (next == HandshakeStatus.NEED_WRAP);
        if (next == HandshakeStatus.NOT_HANDSHAKING) {
            handshakeDone();
        }
        return some;
    }

    /** close_notify, or the alert that says why not. */
    final void sayGoodbye() {
        SSLEngine used = engine;
        if (used == null) {
            return;
        }
        used.closeOutbound();
        try {
            boolean more = true;
            while (more && !used.isOutboundDone()) {
                more = wrap(NOTHING, raw.out(roomy ? LONGEST_RECORD : OVERHEAD)) > 0;
            }
        } catch (SSLException e) {
            // then without a word: it is over in any case
            return;
        }
    }

    private static ByteBuffer free(ByteBuf into) {
        return into.internalNioBuffer(into.writerIndex(), into.writableBytes());
    }

    // ---- what is as with the wire below

    @Override
    public Loop loop() {
        return raw.loop();
    }

    @Override
    public boolean isWritable() {
        return raw.isWritable();
    }

    @Override
    public boolean isWritable(int bound) {
        return raw.isWritable(bound);
    }

    @Override
    public long stalledNanos() {
        return raw.stalledNanos();
    }

    @Override
    public int key() {
        return raw.key();
    }

    @Override
    public InetSocketAddress peer() {
        return raw.peer();
    }

    @Override
    public InetSocketAddress local() {
        return raw.local();
    }

    @Override
    public boolean isToItself() {
        return raw.isToItself();
    }

    @Override
    public void move(Loop target, Runnable arrived) {
        raw.move(target, arrived);
    }
}
