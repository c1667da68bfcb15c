package io.sluice.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Answer;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.HttpDate;
import io.sluice.http.MaxForwards;
import io.sluice.http.Name;
import io.sluice.http.Peer;
import io.sluice.route.Action;
import io.sluice.route.HttpsRedirect;
import io.sluice.route.Route;
import io.sluice.route.Snapshot;
import io.sluice.route.Split;
import io.sluice.telemetry.HeadSamples;
import io.sluice.upstream.Progress;
import io.sluice.upstream.ResponseSink;
import io.sluice.upstream.Upstream;
import io.sluice.upstream.UpstreamSide;
import io.sluice.wire.Loop;
import io.sluice.wire.Wire;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, from the end of the request's head to the last byte of the answer, on the loop of its
 * client connection. The phases, in this order: check, route, limit, await, lease, send, respond, finish. (Authorize and cache
 * have their seats between limit and await.)
 *
 * <p>{@link #finish} is reached exactly once, on every path; after it nothing of the exchange does anything. What
 * {@link Attempts} cannot mend goes through {@link #fail}: an answer while none has begun, else a cut.
 *
 * <p>The object is used again for another request, with its {@link ClientSide}, if nobody can know it any more; by
 * {@link #start} everything begins anew.
 */
final class Exchange implements ResponseSink {
    /** Of a request that is answered before its body was read, so many bytes are read for the sake of the connection. */
    private static final int SKIPPED_LIMIT = 64 * 1024;

    private final FinishedExchange summary = new FinishedExchange(this);
    private final TimeLimits times = new TimeLimits(this);
    private boolean clientEnded;
    private boolean upstreamEnded;
    private boolean finished;

    /** After 101, or what stands for it. */
    boolean tunnel;

    /** Of the config that it began with. */
    long version;

    // what the summary tells
    final Proxy proxy;
    final Attempts attempts;
    final RequestBody request;
    final Reply reply;
    private final Allowance allowance;
    final ClientSide client;
    final Loop loop;
    private final HeadSamples samples;
    Snapshot snapshot;
    Head head;
    boolean parsed;
    InetAddress clientAddress;
    /** All times are those of the loop. */
    long started;

    long respondedAt;
    long endedAt;

    @Nullable
    Route route;

    @Nullable
    Failure failure;

    /** To be {@link #start}ed. */
    @SuppressWarnings("NullAway") // what is of one request comes with its start
    Exchange(ClientSide client, Loop loop, Proxy proxy) {
        this.client = client;
        this.loop = loop;
        this.proxy = proxy;
        this.attempts = new Attempts(this, loop);
        this.allowance = new Allowance(proxy, loop);
        this.samples = proxy.samples(loop);
        this.request = new RequestBody(this);
        this.reply = new Reply(client, allowance);
    }

    /**
     * Begins with the head of a request.
     *
     * @param isWhole the head is that of a whole request; false if the request is being refused for its head
     */
    void start(Head first, boolean isWhole) {
        snapshot = proxy.snapshot();
        version = snapshot.version();
        head = first;
        parsed = isWhole;
        clientAddress = client.peer().address();
        started = loop.nanoTime();
        failure = null;
        finished = false;
        respondedAt = 0;
        attempts.start();
        request.start(first, isWhole);
        reply.start(isWhole ? first : null);
    }

    /** Nobody else knows it any more: its attempt, if any, has ended as it should. */
    boolean isReusable() {
        return !times.hasLimit() && !tunnel && attempts.wereSimple();
    }

    // ---- check, route

    /** Runs the phases as far as they go at once. */
    void run() {
        Listener.Settings settings = client.settings();
        tellSubject(settings);
        Failure refused = snapshot.paths().apply(head);
        if (refused == null) {
            refused = settings.redirect() == null ? route() : toHttps(settings.redirect());
        }
        if (refused != null) {
            answer(refused);
        }
    }

    private void tellSubject(Listener.Settings settings) {
        if (settings.subject() != null) {
            settings.subject().apply(head, client.secured());
        }
    }

    private @Nullable Failure toHttps(HttpsRedirect redirect) {
        Answer elsewhere = redirect.answer(head);
        if (elsewhere == null) {
            return Failure.REQUEST_TARGET;
        }
        Head made = new Head();
        elsewhere.head(made);
        return answer(elsewhere, made);
    }

    private @Nullable Failure route() {
        Peer peer = client.peer();
        samples.see(head, peer.address(), started);
        clientAddress = snapshot.forwarded().client(head, peer);
        Route found = snapshot.routes().find(head, clientAddress);
        if (found == null) {
            return Failure.NO_ROUTE;
        }
        route = found;
        Failure refused = allowance.enter(found, head, clientAddress, started);
        if (refused != null) {
            return refused;
        }
        return switch (found.action()) {
            case Action.Forward forward -> forward(found, forward.upstream());
            case Split split -> forward(found, split.choose(head, clientAddress));
            case Action.Redirect redirect -> redirect(found, redirect);
            case Action.Respond respond -> answer(found, respond.answer());
        };
    }

    private @Nullable Failure redirect(Route found, Action.Redirect redirect) {
        String location = redirect.location(head);
        return location == null ? Failure.REQUEST_TARGET : answer(found, Answer.redirect(redirect.status(), location));
    }

    private @Nullable Failure forward(Route found, Upstream target) {
        Failure unsendable = request.accept(found);
        if (unsendable == null) {
            unsendable = found.rewrite(head);
        }
        if (unsendable != null) {
            return unsendable;
        }
        head.dropHopByHop();
        if (!MaxForwards.countDown(head)) {
            return answer(found, MaxForwards.answer(head));
        }
        Failure looping = snapshot.forwarded().apply(head, client.peer(), proxy.requestIds(loop));
        if (looping != null) {
            return looping;
        }
        // again: Connection may have named it
        tellSubject(client.settings());
        found.requestEdits().apply(head, head, client.peer(), clientAddress);
        times.limit(found.exchangeNanos());
        attempts.to(target);
        if (request.isAwaited()) {
            watch();
        } else {
            attempts.begin();
        }
        return null;
    }

    // ---- send

    /** A connection is leased: the request goes out on it. */
    void send(UpstreamSide leased) {
        if (head.find(Name.HOST, 0) < 0) {
            // HTTP/1.0 need not name one, HTTP/1.1 must (RFC 9112 section 3.2)
            head.add(Name.HOST, "Host", leased.endpoint().address());
        }
        leased.send(this, head, request.framing(), head.upgrades());
        if (request.framing() != 0) {
            boolean keep = head.isSafe() || leased.isRefusable() || (leased.isReused() && head.isIdempotent());
            request.to(leased, keep, loop.nanoTime());
            client.proceed();
        }
        watch();
    }

    /** All of the request that was awaited is at hand. */
    void awaited() {
        times.disarm();
        attempts.begin();
    }

    /** Whether bytes from the client can be taken now. */
    boolean takesBytes() {
        if (request.isAwaited()) {
            return true;
        }
        UpstreamSide to = connection();
        return to != null && to.isWritable() && (tunnel || !request.isComplete());
    }

    @Override
    public void writable() {
        request.goesOn(loop.nanoTime());
        client.proceed();
    }

    // ---- respond

    @Override
    public void interim(Head response) {
        response.dropHopByHop();
        reply.interim(response);
        watch();
    }

    @Override
    public void head(Head response, long framing) {
        respondedAt = loop.nanoTime();
        attempts.answered(respondedAt);
        request.forget();
        response.dropHopByHop();
        HttpDate.addIfMissing(response);
        if (route != null) {
            route.responseEdits().apply(response, head, client.peer(), clientAddress);
        }
        if (response.status() == 101) {
            switchProtocols(response);
        } else if (head.isConnect() && response.status() / 100 == 2) {
            fail(Failure.UPGRADE_IGNORED);
        } else {
            boolean keepAlive = head.keepsAlive() && request.isComplete() && client.staysOpen();
            reply.head(response, framing, keepAlive);
        }
        watch();
    }

    private void switchProtocols(Head response) {
        String asked = head.first(Name.UPGRADE);
        if (asked == null || !asked.equalsIgnoreCase(response.first(Name.UPGRADE))) {
            fail(Failure.RESPONSE_UPGRADE);
            return;
        }
        tunnel = true;
        letGo();
        reply.switching(response);
        client.proceed();
    }

    @Override
    public void body(ByteBuf bytes, int from, int length) {
        reply.body(bytes, from, length);
        UpstreamSide sender = connection();
        if (sender != null && !clientTakes()) {
            sender.pause();
        }
        watch();
    }

    @Override
    public @Nullable Wire bodyWire() {
        return reply.bodyWire();
    }

    @Override
    public int bodyBound() {
        Route matched = route;
        return matched == null || tunnel ? 0 : matched.responseBuffer();
    }

    /** Whether more of the response may be written: the client takes it, or it may wait. */
    boolean clientTakes() {
        return client.isWritable(bodyBound());
    }

    /** The client takes nothing, and others want the upstream connection that is held for that. */
    boolean isInTheWay() {
        UpstreamSide held = connection();
        return !tunnel && reply.isStarted() && held != null && held.isWanted();
    }

    @Override
    public void relayed(int count) {
        reply.relayed(count);
        watch();
    }

    /** The client takes bytes again. */
    void clientWritable() {
        UpstreamSide from = connection();
        if (from != null) {
            from.resume();
        }
        watch();
    }

    @Override
    public void end(@Nullable Head trailers) {
        if (tunnel && !clientEnded) {
            upstreamEnded = true;
            client.shutdownOutput();
            return;
        }
        attempts.ended();
        reply.end(trailers);
        finish(false);
    }

    // ---- what goes wrong

    @Override
    public void failed(Failure why, Progress progress) {
        boolean again = progress != Progress.ANSWERED && isRepeatable(progress == Progress.UNPROCESSED);
        times.disarm();
        request.heldBack(loop.nanoTime());
        if (!attempts.repeat(why, progress, again, head.isSafe())) {
            fail(why);
        }
    }

    /** Somebody made the others wait for too long. */
    void late(Failure why) {
        if (!attempts.late(why, head.isSafe() && isRepeatable(false))) {
            fail(why);
        }
    }

    /** The request can be sent again, for all that the gateway knows of it. */
    private boolean isRepeatable(boolean whateverItAsks) {
        return !reply.isStarted() && (whateverItAsks || head.isIdempotent()) && request.isRepeatable();
    }

    /** The client has sent FIN and nothing of it is held any more. */
    void clientEnded() {
        if (tunnel) {
            endTunnel();
        } else if (!request.isComplete()) {
            fail(Failure.CLIENT_GONE);
        }
    }

    private void endTunnel() {
        if (clientEnded) {
            return;
        }
        clientEnded = true;
        UpstreamSide to = connection();
        if (to != null) {
            to.end(null);
        }
        if (upstreamEnded) {
            finish(false);
        }
    }

    /** The client's socket is closed. That is how most tunnels end. */
    void clientGone() {
        if (tunnel) {
            attempts.abandon();
            finish(true);
        } else {
            fail(Failure.CLIENT_GONE);
        }
    }

    /** Ends the exchange for that reason, if it has not ended. */
    void fail(Failure why) {
        if (finished) {
            return;
        }
        attempts.abandon();
        if (!reply.isStarted() && why.status() != 0) {
            answer(why);
        } else {
            failure = why;
            finish(true);
        }
    }

    private @Nullable UpstreamSide connection() {
        return attempts.connection();
    }

    private void answer(Failure why) {
        failure = why;
        reply.failure(why, why.side() != Failure.Side.CLIENT && mayFollow());
        finish(false);
    }

    private @Nullable Failure answer(Route from, Answer whole) {
        if (head.isConnect() && whole.status() / 100 == 2) {
            // it would say that there is a tunnel
            return Failure.REQUEST_PROTOCOL;
        }
        if (from.responseEdits().needIdentity()) {
            snapshot.forwarded().identify(head, client.peer(), proxy.requestIds(loop));
        }
        Head made = new Head();
        whole.head(made);
        from.responseEdits().apply(made, head, client.peer(), clientAddress);
        return answer(whole, made);
    }

    private @Nullable Failure answer(Answer whole, Head made) {
        reply.answer(whole, made, mayFollow());
        finish(false);
        return null;
    }

    /** Whether another request may follow this one, which the gateway answers itself. */
    private boolean mayFollow() {
        return parsed && head.keepsAlive() && request.unread() <= SKIPPED_LIMIT && client.staysOpen();
    }

    /** Something moved. */
    void watch() {
        if (!finished) {
            times.watch();
        }
    }

    // ---- finish

    /** What may be large is not kept until the next request, nor for as long as a tunnel lasts: that keeps its route alone. */
    @SuppressWarnings("NullAway") // nobody asks for it any more
    private void letGo() {
        snapshot = null;
    }

    /** @param cut the client must not take what it got for the whole response */
    private void finish(boolean cut) {
        finished = true;
        allowance.leave();
        endedAt = loop.nanoTime();
        times.stop();
        request.over();
        proxy.telemetry().finished(summary);
        letGo();
        route = null;
        long unread = request.unread();
        proxy.heads(loop).give(head);
        if (cut) {
            client.cutOff();
        } else {
            client.finished(reply.keepsAlive(), unread);
        }
        client.over();
    }
}
