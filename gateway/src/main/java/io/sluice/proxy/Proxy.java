package io.sluice.proxy;

import io.sluice.config.ProcessLimits;
import io.sluice.h2.H2Room;
import io.sluice.http.Heads;
import io.sluice.http.RequestIds;
import io.sluice.route.Snapshot;
import io.sluice.telemetry.HeadSamples;
import io.sluice.telemetry.SampledHead;
import io.sluice.telemetry.Telemetry;
import io.sluice.wire.Loop;
import io.sluice.wire.Loops;
import io.sluice.wire.PerLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What all listeners and client connections share. */
public final class Proxy {
    private static final long SAMPLED_BYTES = 8 << 20;

    private final Loops loops;
    private final Telemetry telemetry;
    private final Supplier<Snapshot> snapshot;
    private final Places places = new Places(Places.descriptors());
    private final Overload overload;
    private final UnderWay underWay;
    private final PerLoop<Heads> heads;
    private final PerLoop<Peers> peers;
    private final PerLoop<Exchanges> exchanges;
    private final PerLoop<H2Room> h2;
    private final PerLoop<H2Sides> h2Sides;
    private final PerLoop<RequestIds> requestIds;
    private final PerLoop<HeadSamples> samples;

    /**
     * @param snapshot the one in force; asked once an exchange
     */
    public Proxy(Loops loops, Telemetry telemetry, Supplier<Snapshot> snapshot) {
        this.loops = loops;
        this.telemetry = telemetry;
        this.snapshot = snapshot;
        this.overload = new Overload(loops, places);
        this.underWay = new UnderWay(loops);
        this.heads = new PerLoop<>(loops, loop -> new Heads());
        this.peers = new PerLoop<>(loops, loop -> new Peers());
        this.exchanges = new PerLoop<>(loops, loop -> new Exchanges(loop, this));
        this.h2 = new PerLoop<>(loops, loop -> new H2Room(heads.on(loop)));
        this.h2Sides = new PerLoop<>(loops, loop -> new H2Sides(loop, this));
        this.requestIds = new PerLoop<>(loops, loop -> new RequestIds());
        this.samples = new PerLoop<>(loops, loop -> new HeadSamples(System.nanoTime() + loop.index()));
    }

    Loops loops() {
        return loops;
    }

    Places places() {
        return places;
    }

    /** Keeps descriptors for that many upstream connections; any thread. */
    public void reserve(long upstreamConnections) {
        places.reserve(upstreamConnections);
    }

    /** Sets what all listeners and routes together may take on; one thread at a time, not a loop. Before, there is no limit. */
    public void limits(ProcessLimits limits) {
        places.limit(limits.connections());
        underWay.limit(limits.exchanges());
        overload.limits(limits);
    }

    /**
     * Keeps so many heads of requests, of all loops together, and {@value #SAMPLED_BYTES} bytes of them; one thread at a time, not a loop.
     *
     * @param heads 0: none
     */
    public void sample(int heads) {
        int each = (heads + loops.size() - 1) / loops.size();
        samples.all().forEach(loop -> loop.keep(each, SAMPLED_BYTES / loops.size()));
    }

    /** The heads that are kept; any thread. */
    public List<SampledHead> samples() {
        List<SampledHead> all = new ArrayList<>();
        samples.all().forEach(loop -> loop.collect(all));
        return all;
    }

    HeadSamples samples(Loop loop) {
        return samples.on(loop);
    }

    /** What memory and the lag of loops are like; any thread. */
    public OverloadFigures overloadFigures() {
        return new OverloadFigures(overload.level(), overload.memoryPercent(), overload.longestLag());
    }

    /** Nobody looks after memory and lag any more; before the loops end. */
    public void close() {
        overload.close();
    }

    /** How the process's descriptors are divided; any thread. */
    public Descriptors descriptors() {
        return places.figures();
    }

    Overload overload() {
        return overload;
    }

    UnderWay underWay() {
        return underWay;
    }

    Telemetry telemetry() {
        return telemetry;
    }

    Snapshot snapshot() {
        return snapshot.get();
    }

    RequestIds requestIds(Loop loop) {
        return requestIds.on(loop);
    }

    Peers peers(Loop loop) {
        return peers.on(loop);
    }

    Exchanges exchanges(Loop loop) {
        return exchanges.on(loop);
    }

    H2Room h2(Loop loop) {
        return h2.on(loop);
    }

    H2Sides h2Sides(Loop loop) {
        return h2Sides.on(loop);
    }

    Heads heads(Loop loop) {
        return heads.on(loop);
    }
}
