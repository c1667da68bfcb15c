package io.sluice.upstream;

import io.sluice.http.Failure;
import io.sluice.wire.Wire;
import java.net.InetSocketAddress;

/**
 * What an exchange hands to a {@link Pool} to get a connection; one at a time. Called on the loop that asked.
 */
public interface Lease {

    /** Where its client is: asked only where connections are opened for one client each, from within {@link Pool#lease}. */
    default InetSocketAddress source() {
        return Wire.UNIX;
    }

    /** Where its client has connected to; asked likewise. */
    default InetSocketAddress destination() {
        return Wire.UNIX;
    }

    /** This is the exchange's until it ends or cancels its attempt. May come from within {@link Pool#lease}. */
    void leased(UpstreamSide leased);

    /**
     * There will be no connection: {@link Failure#QUEUE_FULL}, {@link Failure#QUEUE_TIMEOUT}, {@link Failure#NAME_UNRESOLVED} for a
     * name that is not resolved, or what went wrong when one was opened ({@link Failure#CONNECT_REFUSED},
     * {@link Failure#CONNECT_TIMEOUT}, {@link Failure#CONNECT_FAILED}, {@link Failure#UPSTREAM_CLOSED}). Never from within
     * {@link Pool#lease}. Nothing of the request was sent.
     */
    void refused(Failure failure);

    /**
     * The endpoint has just failed others or its checks: who still waits, with nothing sent, may cancel and lease from another
     * endpoint's pool within this call, or go on waiting.
     */
    void leftOut();
}
