package io.sluice.upstream;

import io.sluice.http.Failure;

/** What an exchange hands to a {@link Pool} to get a connection; one at a time. Called on the loop that asked, never from within {@link Pool#lease}... or at once, as that method says. */
public interface Lease {

    /** The connection is this exchange's until it ends or cancels its attempt. */
    void leased(UpstreamConnection connection);

    /** There will be no connection: {@link Failure#QUEUE_FULL}, {@link Failure#QUEUE_TIMEOUT}, or what went wrong when one was opened. */
    void refused(Failure failure);
}
