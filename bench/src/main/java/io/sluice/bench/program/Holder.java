package io.sluice.bench.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Client connections that are mostly idle: one thread, one selector, one buffer for all.
 *
 * <p>It does what it is told line by line, in order, and answers each line with one: {@code ok} and a
 * {@link HoldReport}.
 *
 * <ul>
 *   <li>{@code hold N}: opens or closes connections until N are open; answered when each of them had its first answer, or
 *       could not be opened. A connection that fails is not tried again. {@code hold 0} closes all at once.
 *   <li>{@code pace R}: from now on R requests a second over all of them in turn; 0 stops, and is
 *       answered when all requests that were due have their answer, or after ten seconds.
 *   <li>{@code report}: starts the figures anew.
 * </ul>
 */
final class Holder implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;
    private static final long PATIENCE = 10_000_000_000L;
    private final Settings settings;
    private final PrintStream out;
    private final Selector loop = Selector.open();
    private final Ticker ticker = Ticker.start(loop);
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final List<HeldConnection> all = new ArrayList<>();
    /** May hold closed ones too; those are passed over. */
    private final Queue<HeldConnection> free = new ArrayDeque<>();

    private final Pace pace = new Pace();
    private final Tally tally;
    private final Secrecy.@Nullable Shared secrets;
    private int opening;
    private int toOpen;
    private int asking;
    private boolean holding;
    private boolean stopping;
    private long giveUp;

    /**
     * @param asks whether each connection starts with a request
     * @param atOnce most connections that are opened, or wait for their first answer, at a time
     * @param talks makes what a connection says
     * @param tls what is agreed upon by ALPN if they speak TLS; null: cleartext
     */
    record Settings(
            InetSocketAddress target,
            Supplier<Talk> talks,
            boolean asks,
            int atOnce,
            Sources sources,
            @Nullable String tls) {
        /** HTTP/1.1 in cleartext. */
        Settings(InetSocketAddress target, Request request, boolean asks, int atOnce, Sources sources) {
            this(target, () -> new H1Talk(request), asks, atOnce, sources, null);
        }
    }

    private Holder(Settings settings, PrintStream out) throws IOException {
        this.settings = settings;
        this.out = out;
        this.tally = new Tally(out);
        this.secrets = settings.tls() == null ? null : new Secrecy.Shared(settings.tls());
    }

    /** Works until the input ends. */
    static void run(Settings settings, InputStream in, PrintStream out) throws IOException {
        try (Holder holder = new Holder(settings, out)) {
            holder.obey(Commands.read(in, holder.loop));
        }
    }

    private void obey(Commands commands) throws IOException {
        while (!commands.ended()) {
            loop.select(this::ready);
            if (!holding && !stopping) {
                commands.next().ifPresent(this::execute);
            }
            open();
            keepPace();
            endPace();
            if (holding && toOpen == 0 && opening == 0) {
                holding = false;
                answer();
            }
        }
    }

    private void execute(String line) {
        String[] words = line.strip().split(" +", -1);
        if (words.length == 2 && words[0].equals("hold")) {
            hold(Integer.parseInt(words[1]));
        } else if (words.length == 2 && words[0].equals("pace")) {
            pace(Double.parseDouble(words[1]), System.nanoTime());
        } else if (words.length == 1 && words[0].equals("report")) {
            answer();
            tally.startAnew();
        } else {
            out.println("wrong command: " + line + " (expected: hold N, pace R or report)");
            loop.wakeup();
        }
    }

    private void answer() {
        out.println("ok " + tally.report(all.size(), waiting()).text());
        // There may be a next line already.
        loop.wakeup();
    }

    private void hold(int count) {
        while (all.size() > count) {
            remove(all.getLast());
        }
        toOpen = count - all.size();
        holding = true;
    }

    private void pace(double perSecond, long now) {
        pace.set(perSecond, now);
        tally.goOn(now);
        stopping = !pace.isOn();
        if (stopping) {
            giveUp = now + PATIENCE;
            ticker.at(giveUp);
        } else {
            answer();
        }
    }

    private void endPace() {
        if (stopping && (waiting() == 0 || System.nanoTime() - giveUp >= 0)) {
            stopping = false;
            answer();
        }
    }

    private long waiting() {
        return asking + pace.waiting();
    }

    private void open() {
        while (toOpen > 0 && opening < settings.atOnce()) {
            toOpen--;
            try {
                connect();
            } catch (IOException e) {
                tally.refused("can't connect: " + e.getMessage());
            }
        }
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.bind(settings.sources().next());
            channel.connect(settings.target());
            HeldConnection one = new HeldConnection(
                    channel.register(loop, SelectionKey.OP_CONNECT),
                    all.size(),
                    secrets == null ? null : new Secrecy(secrets),
                    settings.talks().get());
            all.add(one);
            opening++;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void ready(SelectionKey key) {
        HeldConnection one = (HeldConnection) key.attachment();
        try {
            if (key.isConnectable() && one.finishConnect()) {
                connected(one);
            }
            if (key.isValid() && key.isWritable()) {
                one.send();
            }
            if (key.isValid() && key.isReadable()) {
                read(one);
            }
        } catch (IOException e) {
            lose(one, String.valueOf(e.getMessage()));
        }
    }

    private void connected(HeldConnection one) throws IOException {
        if (settings.asks()) {
            one.ask(System.nanoTime());
        } else {
            opening--;
            free(one);
        }
    }

    private void read(HeldConnection one) throws IOException {
        boolean agreeing = one.isAgreeing();
        int count = one.read(buffer);
        if (count < 0) {
            lose(one, "closed by the other side");
            return;
        }
        if (agreeing && !one.isAgreeing()) {
            connected(one);
        }
        if (count > 0) { // else it is a part of a record, or a session ticket
            take(one);
        }
    }

    private void take(HeldConnection one) throws IOException {
        if (one.state() == HeldConnection.State.FREE) {
            if (!one.talk().allows(buffer)) {
                tally.wrong(buffer.remaining() + " bytes that nobody asked for");
            }
            one.reply();
        } else {
            boolean ended = one.talk().read(buffer);
            one.reply();
            if (ended) {
                finish(one);
            }
        }
    }

    private void finish(HeldConnection one) throws IOException {
        if (!one.talk().isGood()) {
            tally.wrong("answered " + one.talk().startLine());
        } else if (buffer.hasRemaining() || one.hasUnsent()) {
            tally.wrong(one.hasUnsent() ? "answered before the request was sent" : "more bytes than the answer has");
        } else {
            tally.answered(one.due(), System.nanoTime());
        }
        if (one.hasUnsent()) {
            lose(one, "can't be used again");
            return;
        }
        uncount(one);
        free(one);
    }

    private void free(HeldConnection one) throws IOException {
        one.free();
        if (pace.hasDue()) {
            asking++;
            one.ask(pace.take());
        } else {
            free.add(one);
        }
    }

    private void keepPace() {
        if (!pace.isOn()) {
            return;
        }
        pace.advance(System.nanoTime());
        while (pace.hasDue() && !free.isEmpty()) {
            HeldConnection one = free.remove();
            if (one.state() == HeldConnection.State.FREE) {
                asking++;
                try {
                    one.ask(pace.take());
                } catch (IOException e) {
                    lose(one, String.valueOf(e.getMessage()));
                }
            }
        }
        ticker.at(pace.next());
    }

    private void lose(HeldConnection one, String why) {
        if (one.state() == HeldConnection.State.OPENING) {
            tally.refused(why);
        } else {
            tally.lost(why);
        }
        remove(one);
    }

    private void remove(HeldConnection one) {
        uncount(one);
        HeldConnection last = all.removeLast();
        if (last != one) {
            all.set(one.index(), last);
            last.moveTo(one.index());
        }
        one.close();
    }

    private void uncount(HeldConnection one) {
        switch (one.state()) {
            case OPENING -> opening--;
            case ASKING -> asking--;
            case FREE, CLOSED -> {}
        }
    }

    @Override
    public void close() throws IOException {
        all.forEach(HeldConnection::close);
        loop.close();
    }
}
