package io.sluice.wire;

import io.sluice.tls.ClientHello;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** Who makes the engine and the connection. */
public interface TlsHandshake {
    /** The engine for a client; null: it gets none, and is closed. */
    @Nullable
    SSLEngine engine(ClientHello hello);

    /** It is done: returns the connection that the wire belongs to from now on. */
    WireEvents done(TlsWire wire, SSLEngine with);

    /**
     * It will never be done, and the socket is gone; last.
     *
     * @param cause null: the client has closed
     */
    void failed(@Nullable Throwable cause);
}
