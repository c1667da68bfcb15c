package io.sluice.proxy;

import io.sluice.http.Heads;
import io.sluice.telemetry.ConnectionMetrics;
import io.sluice.telemetry.ConnectionStates;
import io.sluice.wire.Loop;

/**
 * What the client connections of one listener on one loop have in common, so that each needs to know no more than this.
 *
 * @param metrics where its connections are counted, as long as they live: a listener may get another name
 * @param states the same, by what they do
 */
record Lane(
        Listener listener,
        Proxy proxy,
        Loop loop,
        ConnectionMetrics metrics,
        ConnectionStates states,
        Heads heads,
        Peers peers) {}
