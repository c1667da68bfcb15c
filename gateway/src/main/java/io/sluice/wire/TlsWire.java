package io.sluice.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.sluice.tls.ClientHello;
import io.sluice.tls.Secured;
import java.io.IOException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS over a client's wire of any kind: to that wire it is the connection, to the connection it is the wire. It
 * has no socket, no channel and no timer of its own.
 *
 * <p>What arrives is decrypted into a buffer of the loop and lent from there; what is written is gathered in one of the loop's
 * send buffers and encrypted into those of the wire below when the event ends. So an idle one holds its engine and nothing else. Only a
 * record of which a part is still to come is kept, and what came with it if the connection has paused.
 *
 * <p>States: hello (no engine: the client has not yet said what it wants), handshake, open, ended. The connection is made when the
 * handshake is done, and is told of all that comes later; before, {@link TlsHandshake} is told. close_notify is the end of both directions:
 * BoringSSL sends nothing after it.
 */
public final class TlsWire extends Encryption implements WireEvents, Unsettled {
    /** What an idle one weighs in the heap, in bytes: itself (48), and its engine as weighed with Netty 4.2.18. Outside of it there are 4 KiB more. */
    public static final int IDLE_BYTES = ObjectSize.of(8, 7) + 900;

    /** Content of more than this is encrypted from where it is. */
    private static final int LARGE = Encryption.LONGEST_CONTENT;

    private @Nullable TlsHandshake handshake;
    private @Nullable WireEvents events;
    private @Nullable Secured secured;
    /** Encrypted, and not yet to be decrypted. */
    private @Nullable ByteBuf held;
    /** To be encrypted. */
    private @Nullable ByteBuf out;

    private @Nullable Throwable failure;
    private boolean marked;
    private boolean paused;
    private boolean closes;
    private boolean outputEnds;
    /** By a FIN, maybe while the connection has paused, */
    private boolean socketEnded;
    /** and by that or close_notify, as the connection knows. */
    private boolean inputEnded;

    /** @param raw tells this one, from its first byte on, what happens to it */
    public TlsWire(Wire raw, TlsHandshake handshake) {
        super(raw);
        this.handshake = handshake;
    }

    // ---- what arrives

    @Override
    public void read(ByteBuf bytes) {
        try {
            ByteBuf rest = held;
            if (rest != null) {
                fill(rest, bytes);
                decrypt(rest);
                if (!rest.isReadable() || closes) {
                    letGo();
                }
            }
            if (held == null) {
                decrypt(bytes);
            }
        } catch (IOException e) {
            fail(e);
        }
        if (bytes.isReadable() && !closes) {
            hold(bytes);
        }
    }

    /** Completes the record that has begun; while the hello is read, or nothing, takes all. */
    private void fill(ByteBuf record, ByteBuf bytes) {
        if (engine == null || paused) {
            record.writeBytes(bytes);
            return;
        }
        complete(record, bytes);
    }

    private void hold(ByteBuf bytes) {
        ByteBuf into = held;
        if (into == null) {
            into = PooledByteBufAllocator.DEFAULT.directBuffer(bytes.readableBytes());
            held = into;
        }
        into.writeBytes(bytes);
    }

    private void letGo() {
        ByteBuf rest = held;
        if (rest != null) {
            held = null;
            rest.release();
        }
    }

    private void decrypt(ByteBuf in) throws IOException {
        if (closes || (engine == null && !begin(in))) {
            return;
        }
        Progress progress = Progress.SOME;
        while (progress == Progress.SOME && !paused && !closes) {
            ByteBuf plain = loop().plainBuffer().lend(PooledByteBufAllocator.DEFAULT);
            try {
                while (progress == Progress.SOME && plain.writableBytes() >= LONGEST_RECORD) {
                    progress = unwrap(in, plain);
                }
                if (plain.isReadable() && events != null && !closes) {
                    events.read(plain);
                }
            } finally {
                plain.release();
            }
        }
        if (progress == Progress.END && !inputEnded && !closes) {
            end();
        }
    }

    /** Makes the engine if the client has told what it wants; false if not. */
    private boolean begin(ByteBuf in) throws IOException {
        ClientHello hello = ClientHello.read(in);
        TlsHandshake asked = handshake;
        if (hello == null || asked == null) {
            return false;
        }
        SSLEngine made = asked.engine(hello);
        if (made == null) {
            closes = true;
            raw.abort();
            return false;
        }
        engine = made;
        made.beginHandshake();
        return true;
    }

    @Override
    boolean isHandshaking() {
        return handshake != null;
    }

    @Override
    void handshakeDone() {
        TlsHandshake done = handshake;
        SSLEngine with = engine;
        if (done == null || with == null || closes) {
            return;
        }
        handshake = null;
        // a client may wait with its request until its last message is acknowledged (RFC 896), and nothing is sent now
        raw.acknowledge();
        secured = Secured.by(with);
        events = done.done(this, with);
    }

    /** close_notify has come. */
    private void end() {
        inputEnded = true;
        WireEvents told = events;
        if (told != null) {
            told.inputEnded();
        }
        close();
    }

    // ---- what the wire below tells besides

    @Override
    public void inputEnded() {
        socketEnded = true;
        if (!paused) {
            tellSocketEnded();
        }
    }

    private void tellSocketEnded() {
        if (inputEnded || closes) {
            return;
        }
        inputEnded = true;
        if (events == null) {
            closes = true;
            raw.close();
        } else {
            // many clients don't say close_notify; what they send tells its own end
            events.inputEnded();
        }
    }

    @Override
    public void writable() {
        if (events != null && !closes) {
            events.writable();
        }
    }

    @Override
    public boolean isInTheWay() {
        return events != null && events.isInTheWay();
    }

    @Override
    public void stalled() {
        if (events != null) {
            events.stalled();
        }
    }

    @Override
    public void closed(@Nullable Throwable cause) {
        closes = true;
        letGo();
        releaseOut();
        SSLEngine used = engine;
        if (used != null) {
            engine = null;
            ReferenceCountUtil.release(used);
        }
        Throwable why = failure == null ? cause : failure;
        TlsHandshake undone = handshake;
        handshake = null;
        WireEvents told = events;
        events = null;
        if (undone != null) {
            undone.failed(why);
        } else if (told != null) {
            told.closed(why);
        }
    }

    // ---- what is sent

    @Override
    public ByteBuf out(int room) {
        if (out != null && out.readableBytes() + room > LARGE) {
            encryptGathered();
        }
        ByteBuf gathered = out;
        if (gathered == null) {
            gathered = loop().sendBuffers().take(PooledByteBufAllocator.DEFAULT, room);
            out = gathered;
        } else {
            gathered.ensureWritable(room);
        }
        mark();
        return gathered;
    }

    @Override
    public void write(ByteBuf lent, int from, int length) {
        if (length < LARGE) {
            out(length).writeBytes(lent, from, length);
            return;
        }
        encryptGathered();
        if (closes || engine == null) {
            return;
        }
        try {
            encryptLarge(lent.nioBuffer(from, length));
        } catch (SSLException e) {
            fail(e);
        }
        mark();
    }

    private void mark() {
        if (!marked) {
            marked = true;
            loop().unsettled(this);
        }
    }

    @Override
    public boolean putsOff() {
        return events != null && !closes && !outputEnds && out != null;
    }

    @Override
    public void settle() {
        marked = false;
        if (!raw.isOpen()) {
            releaseOut();
            return;
        }
        encryptGathered();
        if (closes) {
            sayGoodbye();
            raw.close();
        } else if (outputEnds) {
            outputEnds = false;
            sayGoodbye();
            raw.shutdownOutput();
        }
    }

    private void encryptGathered() {
        ByteBuf gathered = out;
        if (gathered == null) {
            return;
        }
        out = null;
        try {
            if (engine != null && handshake == null) {
                encrypt(gathered.internalNioBuffer(gathered.readerIndex(), gathered.readableBytes()));
            }
        } catch (SSLException e) {
            fail(e);
        } finally {
            loop().sendBuffers().give(gathered);
        }
    }

    private void releaseOut() {
        ByteBuf gathered = out;
        if (gathered != null) {
            out = null;
            gathered.release();
        }
    }

    /** TLS has failed: nothing more is read, and the client is told. */
    private void fail(Throwable why) {
        if (failure == null) {
            failure = why;
        }
        if (!closes) {
            closes = true;
            mark();
        }
    }

    // ---- the rest of a wire

    @Override
    public boolean allSent() {
        return !marked && raw.allSent();
    }

    @Override
    public void pause() {
        paused = true;
        raw.pause();
    }

    @Override
    public void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        if (held == null && !socketEnded) {
            raw.resume();
        } else {
            loop().execute(this::takeHeld);
        }
    }

    /** What came while the connection was paused. */
    private void takeHeld() {
        ByteBuf rest = held;
        if (paused || closes) {
            return;
        }
        if (rest != null) {
            try {
                decrypt(rest);
            } catch (IOException e) {
                fail(e);
            }
            if (!rest.isReadable()) {
                letGo();
            } else {
                rest.discardReadBytes();
            }
        }
        if (!paused) {
            raw.resume();
            if (socketEnded) {
                tellSocketEnded();
            }
        }
    }

    @Override
    public void shutdownOutput() {
        outputEnds = true;
        mark();
    }

    @Override
    public void close() {
        closes = true;
        mark();
    }

    @Override
    public void abort() {
        closes = true;
        releaseOut();
        raw.abort();
    }

    @Override
    public boolean isOpen() {
        return raw.isOpen() && !closes;
    }

    @Override
    public @Nullable String protocol() {
        return secured == null ? null : secured.protocol();
    }

    @Override
    public @Nullable Secured secured() {
        return secured;
    }

    @Override
    public void tell(WireEvents other) {
        events = other;
    }

    @Override
    public void handTo(WireEvents other) {
        events = events == null ? other : events.succeededBy(other);
    }

    @Override
    public boolean halfCloses() {
        return false;
    }
}
