package io.sluice.upstream;

import io.netty.channel.ConnectTimeoutException;
import io.sluice.http.Failure;
import io.sluice.tls.HandshakeException;
import io.sluice.wire.Loops;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** A connection being opened on one loop on behalf of one of its waiters, or of nobody. Holds a slot, which it hands to the connection or gives back. */
final class Opening implements Loops.Connect {
    private final Shelf shelf;
    private final @Nullable Waiter waiter;
    private final long since = System.nanoTime();

    Opening(Shelf shelf, @Nullable Waiter waiter) {
        this.shelf = shelf;
        this.waiter = waiter;
    }

    @Override
    public WireEvents connected(Wire wire) {
        Usage usage = new Usage(shelf.pool().bestBefore(shelf.loop()), System.nanoTime() - since);
        SharedConnections shared = shelf.shared();
        if (shared == null) {
            return single(wire, usage);
        }
        Sharing sharing = shelf.pool().sharing();
        if (sharing.speaksH2(wire)) {
            return shared(wire, shared, usage);
        }
        sharing.foundNone();
        return single(wire, usage);
    }

    private WireEvents single(Wire wire, Usage usage) {
        Pool pool = shelf.pool();
        UpstreamConnection connection = new UpstreamConnection(wire, shelf, usage);
        // later: the wire knows its connection only once this has returned
        if (wire.isToItself()) {
            // nobody listens on a port that the system gives to clients, and this client got it: TCP calls that
            // connected
            pool.connectedInVain(Failure.CONNECT_REFUSED);
            shelf.loop().execute(() -> {
                connection.discard(Discard.FAILED);
                shelf.openings().notOpened(waiter, Failure.CONNECT_REFUSED);
            });
        } else {
            pool.connected();
            shelf.loop().execute(() -> opened(connection));
        }
        return connection;
    }

    private void opened(UpstreamConnection connection) {
        OwnConnections own = shelf.pool().endpoint().own();
        if (own != null) {
            own.introduce(connection, waiter);
        }
        shelf.openings().opened(connection, waiter);
    }

    private WireEvents shared(Wire wire, SharedConnections neighbours, Usage usage) {
        SharedConnection connection = new SharedConnection(wire, neighbours, usage, waiter);
        boolean toItself = wire.isToItself();
        boolean agreed = Sharing.isAgreed(wire, connection.isSecure());
        shelf.loop().execute(() -> {
            if (toItself) {
                connection.lose(Failure.CONNECT_REFUSED);
            } else if (!agreed) {
                connection.lose(Failure.UPSTREAM_PROTOCOL);
            } else {
                connection.start();
            }
        });
        return connection;
    }

    @Override
    public void failed(Throwable cause) {
        Failure failure = failure(cause);
        shelf.pool().notConnected(failure);
        shelf.openings().notOpened(waiter, failure);
    }

    /** The native transports tell a refused connection from another failure by the system's text only. */
    static Failure failure(Throwable cause) {
        if (cause instanceof HandshakeException tls) {
            return ofTls(tls);
        }
        if (cause instanceof ConnectTimeoutException) {
            return Failure.CONNECT_TIMEOUT;
        }
        String text = String.valueOf(cause.getMessage());
        if (text.contains("reset")) {
            // it was open for a moment: accepted, and closed before it was looked at
            return Failure.UPSTREAM_CLOSED;
        }
        if (!(cause instanceof ConnectException)) {
            return Failure.CONNECT_FAILED;
        }
        if (text.contains("refused")) {
            return Failure.CONNECT_REFUSED;
        }
        return text.contains("timed out") ? Failure.CONNECT_TIMEOUT : Failure.CONNECT_FAILED;
    }

    private static Failure ofTls(HandshakeException why) {
        return switch (why.kind()) {
            case CERTIFICATE -> Failure.UPSTREAM_TLS_CERTIFICATE;
            case ALERT -> Failure.UPSTREAM_TLS_ALERT;
            case PROTOCOL -> Failure.UPSTREAM_TLS_FAILED;
            case TIMEOUT -> Failure.CONNECT_TIMEOUT;
        };
    }
}
