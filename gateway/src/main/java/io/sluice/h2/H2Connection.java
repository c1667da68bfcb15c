package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.wire.ObjectSize;
import io.sluice.wire.Wire;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection over one wire, as server or as client: the rules of RFC 9113 that both have in common. On the loop of the wire.
 *
 * <p>Every frame is answered within the read event that brought it, and all that is written leaves with the end of that event. The
 * owner pauses nobody: how much comes is a matter of windows, and what its streams have not {@link H2Stream#consumed} is bounded by them.
 *
 * <p>It ends in one of three ways: {@link #drain} lets the streams end and takes no more; {@link #fail} gives up for something that the
 * other end did; {@link #closed} follows when the wire is gone. Nobody but the owner closes the wire. Idle, it holds this object, its
 * sender and reader, and the two tables of fields as far as they are used; {@link #rest} gives back what can be had back.
 */
public final class H2Connection {
    /** What one that holds nothing weighs in the heap, in bytes: itself and its eight parts. */
    private static final int OWN_BYTES = ObjectSize.of(11, 7 * Integer.BYTES + 5) // itself
            + ObjectSize.of(3, 3 * Integer.BYTES) // sender
            + ObjectSize.of(3, 4 * Integer.BYTES + 2) // reader
            + ObjectSize.of(3, 2 * Integer.BYTES + Long.BYTES + 1) // encoder
            + ObjectSize.of(3, 2 * Integer.BYTES + 2) // blocks
            + 2 * DynamicTable.OWN_BYTES
            + 2 * ObjectSize.of(1, Integer.BYTES) // streams, ended
            + ObjectSize.of(0, Integer.BYTES + Long.BYTES); // score

    /** Streams of the other end that may be opened before it says how many (RFC 9113 section 6.5.2 recommends no fewer). */
    private static final int FIRST_STREAMS = 100;

    private final Wire wire;
    private final boolean server;
    private final H2Limits limits;
    private final H2Room room;
    private final H2Events owner;
    private final FrameReader reader;
    private final Sender sender;
    private final HpackEncoder encoder = new HpackEncoder();
    private final FieldBlocks blocks;
    private final StreamTable streams = new StreamTable();
    private final Ended ended = new Ended();

    private int lastTheirs;
    private int lastOurs;
    /** Streams above this id are not begun any more; told by either end. */
    private int lastTaken = Integer.MAX_VALUE;

    private int theirStreams = FIRST_STREAMS;
    private int theirWindow = H2Limits.DEFAULT_WINDOW;
    private int receiveRoom;
    private int owed;
    private boolean settled;
    private boolean failed;
    private boolean draining;
    /** The other end takes no more streams. */
    private boolean shut;

    private final Score score = new Score();

    /** @param owner is told what happens */
    public H2Connection(Wire wire, boolean server, H2Limits limits, H2Room room, H2Events owner) {
        this.wire = wire;
        this.server = server;
        this.limits = limits;
        this.room = room;
        this.owner = owner;
        this.sender = new Sender(wire);
        this.reader = new FrameReader(this, server);
        this.blocks = new FieldBlocks(this);
        this.receiveRoom = limits.connectionWindow();
    }

    /** Says what this end allows; before anything else. */
    public void start() {
        Settings.write(wire, server, limits);
    }

    // ---- from the wire, by the owner

    /** Takes all that came. */
    public void read(ByteBuf bytes) {
        reader.read(bytes);
        if (!failed) {
            sender.flush();
        }
    }

    /** The wire takes bytes again. */
    public void writable() {
        sender.flush();
    }

    /** The wire is gone: all streams are closed. */
    public void closed() {
        failed = true;
        reader.release();
        blocks.release();
        streams.forEach(stream -> close(stream, StreamEvents.Ending.LOST, ErrorCode.INTERNAL_ERROR));
    }

    // ---- from the owner

    /** A further stream, or null: the other end takes no more at present. Its head must be sent before that of another one. */
    public @Nullable H2Stream open(StreamEvents events) {
        if (!canOpen()) {
            return null;
        }
        lastOurs = lastOurs == 0 ? 1 : lastOurs + 2;
        H2Stream stream = room.take();
        stream.start(lastOurs, this, theirWindow, limits.window());
        stream.tell(events);
        streams.add(stream);
        return stream;
    }

    /** Whether {@link #open} gives a stream. */
    public boolean canOpen() {
        return !failed && !shut && streams.count() < theirStreams && lastOurs < Frame.UNRESERVED - 2;
    }

    /** No stream can be opened any more, for as long as it lives. */
    public boolean isShut() {
        return failed || shut || lastOurs >= Frame.UNRESERVED - 2;
    }

    /** Streams that may be open at the same time, as the other end says. */
    public int allowedStreams() {
        return theirStreams;
    }

    /** The other end takes requests by {@link H2Stream#connect} (RFC 8441 section 3). */
    public boolean isConnectable() {
        return sender.isConnectable();
    }

    /** The other end has sent its settings. */
    public boolean isSettled() {
        return settled;
    }

    /** Streams that are not closed. */
    public int streams() {
        return streams.count();
    }

    /** Bytes that wait for windows. */
    public int held() {
        return sender.held();
    }

    /** A frame or a field block has begun and is not complete. */
    public boolean isInFrame() {
        return reader.isInFrame() || blocks.isOpen();
    }

    /** The highest stream that the other end has begun: every second number is one. */
    public int lastStream() {
        return lastTheirs;
    }

    /**
     * Resets the streams of which nothing could be sent for so long, though there is something; returns how many.
     *
     * @param tunnels those too
     */
    public int resetStalled(long nanos, boolean tunnels) {
        return streams.resetStalled(nanos, tunnels);
    }

    /** Shows who is told of each stream; {@code action} may close any of them. */
    public void forEach(Consumer<StreamEvents> action) {
        streams.forEachOwner(action);
    }

    /** Asks for a sign of life: {@link H2Events#pong}. */
    public void ping() {
        Frame.ping(wire, 0, false);
    }

    /**
     * Takes no more streams. First only says so, since requests may be under way: they are still taken until {@link #drained}
     * (RFC 9113 section 6.8).
     */
    public void drain() {
        if (!draining && !failed) {
            draining = true;
            Frame.goAway(wire, Frame.UNRESERVED, ErrorCode.NO_ERROR);
        }
    }

    /** The last word to the other end: what came so far is still done, and nothing else. */
    public void drained() {
        if (!failed && lastTaken == Integer.MAX_VALUE) {
            draining = true;
            lastTaken = lastTheirs;
            Frame.goAway(wire, lastTaken, ErrorCode.NO_ERROR);
            streams.forEach(stream -> stream.endPatience(0));
        }
    }

    /** What it weighs in the heap without a stream, in bytes; by accounting, with the tables as they are. */
    public int idleBytes() {
        return OWN_BYTES + blocks.heldBytes() + encoder.heldBytes() + streams.heldBytes() + ended.heldBytes();
    }

    /** Idle for a while: gives back what is not needed to go on. */
    public void rest() {
        if (streams.count() == 0) {
            streams.trim();
            ended.forget();
            encoder.forget();
        }
    }

    /** Gives the connection up: GOAWAY is written, all streams are closed, and the owner is told. */
    public void fail(ErrorCode code) {
        fail(code, null);
    }

    private void fail(ErrorCode code, @Nullable Noise noise) {
        if (failed) {
            return;
        }
        failed = true;
        Frame.goAway(wire, lastTheirs, code);
        streams.forEach(stream -> close(stream, StreamEvents.Ending.LOST, code));
        owner.failed(code, noise);
    }

    // ---- for the package

    /** The last word was said. */
    boolean isDrained() {
        return lastTaken != Integer.MAX_VALUE;
    }

    boolean isFailed() {
        return failed;
    }

    boolean isServer() {
        return server;
    }

    Wire wire() {
        return wire;
    }

    H2Room room() {
        return room;
    }

    H2Limits limits() {
        return limits;
    }

    Sender sender() {
        return sender;
    }

    HpackEncoder encoder() {
        return encoder;
    }

    H2Events owner() {
        return owner;
    }

    @Nullable
    H2Stream find(int id) {
        return streams.find(id);
    }

    Ended ended() {
        return ended;
    }

    /** Sends the field block that was just encoded. */
    void fields(H2Stream stream, boolean ends) {
        Frame.fields(wire, room.encoder.block(), stream.id(), ends, sender.maxPayload());
    }

    void trailers(H2Stream stream, Block block) {
        encoder.beginAround(block);
        Frame.fields(wire, block, stream.id(), true, sender.maxPayload());
    }

    /** The other end did what it had better not do too often. */
    void noise(Noise kind) {
        if (limits.noise() > 0 && score.add(kind.points(), wire.loop().nanoTime()) > limits.noise()) {
            fail(ErrorCode.ENHANCE_YOUR_CALM, kind);
        }
    }

    /** It did so much at once that no score is needed. */
    void calm(Noise kind) {
        fail(ErrorCode.ENHANCE_YOUR_CALM, kind);
    }

    int lastOurs() {
        return lastOurs;
    }

    /** Whether a stream of the other end may begin; if not, whoever sends it is told, and what follows on it is dropped. */
    boolean admits(int id) {
        lastTheirs = id;
        if (id > lastTaken) {
            ended.add(id, true);
            return false;
        }
        if (streams.count() >= limits.streams()) {
            Frame.reset(wire, id, ErrorCode.REFUSED_STREAM);
            ended.add(id, true);
            noise(Noise.EXCESS);
            return false;
        }
        return true;
    }

    /** A request is complete: its stream begins. */
    void begin(int id, Head head, @Nullable Failure refusal, boolean ends) {
        H2Stream stream = room.take();
        stream.start(id, this, theirWindow, limits.window());
        streams.add(stream);
        if (ends) {
            stream.endInput();
        }
        stream.declared.head(refusal == null ? head : null, ends);
        owner.request(stream, head, refusal);
    }

    /** A stream must be reset with its first frame. */
    void faultOfNew(int id) {
        Frame.reset(wire, id, ErrorCode.PROTOCOL_ERROR);
        ended.add(id, true);
        noise(Noise.FAULTS);
    }

    /** A stream must be reset for what came on it. */
    void fault(H2Stream stream, ErrorCode code) {
        if (!stream.isClosed()) {
            Frame.reset(wire, stream.id(), code);
            close(stream, StreamEvents.Ending.FAULT, code);
            noise(Noise.FAULTS);
        }
    }

    void close(H2Stream stream, StreamEvents.Ending how, ErrorCode code) {
        streams.remove(stream.id());
        ended.add(stream.id(), how == StreamEvents.Ending.GIVEN_UP || how == StreamEvents.Ending.FAULT);
        consumed(stream.close(sender));
        if (how == StreamEvents.Ending.ENDED) {
            score.takeOff(Noise.CALM_A_STREAM);
        }
        StreamEvents told = stream.events();
        if (told != null) {
            told.closed(how, code);
        }
        if (streams.count() == 0 && !failed) {
            owner.idle();
        }
    }

    /** Bytes of DATA were dealt with. */
    void consumed(int bytes) {
        owed += bytes;
        if (!failed && owed >= limits.connectionWindow() / 2) {
            receiveRoom += owed;
            Frame.windowUpdate(wire, 0, owed);
            owed = 0;
        }
    }

    /** A DATA frame begins: the stream that its content is for, or null if it is to be dropped. */
    @Nullable
    H2Stream dataBegins(int id, int length, int content, boolean ends) {
        if (id == 0 || !settled || blocks.isOpen() || isIdle(id)) {
            fail(ErrorCode.PROTOCOL_ERROR);
            return null;
        }
        receiveRoom -= length;
        if (receiveRoom < 0) {
            fail(ErrorCode.FLOW_CONTROL_ERROR);
            return null;
        }
        if (content == 0 && !ends) {
            noise(Noise.EMPTY);
        }
        H2Stream stream = streams.find(id);
        if (stream == null) {
            if (!ended.isResetHere(id)) {
                Frame.reset(wire, id, ErrorCode.STREAM_CLOSED);
                noise(Noise.FAULTS);
            }
            return null;
        }
        if (stream.isInputEnded()) {
            fault(stream, ErrorCode.STREAM_CLOSED);
            return null;
        }
        if (!stream.declared.isHeaded()) {
            fault(stream, ErrorCode.PROTOCOL_ERROR);
            return null;
        }
        if (!stream.receives(length)) {
            fault(stream, ErrorCode.FLOW_CONTROL_ERROR);
            return null;
        }
        return stream;
    }

    /** Nobody has used that stream yet. */
    boolean isIdle(int id) {
        boolean theirs = (id & 1) == (server ? 1 : 0);
        return id > (theirs ? lastTheirs : lastOurs);
    }

    /** A whole frame other than DATA. */
    void frame(int type, int flags, int id, ByteBuf in, int at, int length) {
        boolean settings = type == Frame.SETTINGS && (flags & Frame.ACK) == 0;
        ErrorCode wrong = (!settled && !settings) || (blocks.isOpen() && type != Frame.CONTINUATION)
                ? ErrorCode.PROTOCOL_ERROR
                : Control.frame(this, blocks, type, flags, id, in, at, length);
        if (wrong != null) {
            fail(wrong);
        }
    }

    /** The settings of the other end are complete. */
    void settled() {
        if (settled) {
            noise(Noise.SETTINGS);
        }
        settled = true;
        Frame.settingsAck(wire);
        owner.settings();
    }

    void theirStreams(int count) {
        theirStreams = count;
    }

    /** Windows of open streams change with it, and may become negative (RFC 9113 section 6.9.2). */
    @Nullable
    ErrorCode initialWindow(int size) {
        int change = size - theirWindow;
        theirWindow = size;
        return streams.open(change, sender) ? null : ErrorCode.FLOW_CONTROL_ERROR;
    }

    /** The other end begins no stream above that one. */
    void shut(int last) {
        shut = true;
        if (!server) {
            streams.forEach(stream -> {
                if (stream.id() > last && !stream.isClosed()) {
                    close(stream, StreamEvents.Ending.REFUSED, ErrorCode.REFUSED_STREAM);
                }
            });
        }
    }
}
