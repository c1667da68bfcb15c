package io.sluice.admin;

/** What an answer goes on with: events. Its methods are called once each, on the admin loop, and don't wait. */
interface EventSource {

    /** The head of the answer was written. Not called if the client has gone before. */
    void opened(EventChannel to);

    /** The connection is closed, whoever closed it. */
    void closed();
}
