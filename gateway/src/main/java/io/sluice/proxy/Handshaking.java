package io.sluice.proxy;

import io.sluice.telemetry.ConnectionMetrics.Ending;
import io.sluice.telemetry.ConnectionMetrics.HandshakeEnd;
import io.sluice.telemetry.ConnectionStates;
import io.sluice.tls.ClientHello;
import io.sluice.tls.NotTlsException;
import io.sluice.tls.Secured;
import io.sluice.tls.ServerTls;
import io.sluice.wire.Timed;
import io.sluice.wire.TlsHandshake;
import io.sluice.wire.TlsWire;
import io.sluice.wire.Wire;
import io.sluice.wire.WireEvents;
import java.net.InetSocketAddress;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that was accepted and has yet to agree on TLS; what fails is counted, and nothing else comes of it. Its time runs from
 * the accept on. On the wire's loop.
 */
final class Handshaking extends Timed implements TlsHandshake, OpenConnection {
    private static final Logger log = LoggerFactory.getLogger(Handshaking.class);

    /** Nobody knows yet what will be spoken over it. */
    private static final String PROTOCOL = "TLS";

    private final Lane lane;
    private final Wire raw;
    private final TlsWire wire;
    private boolean late;

    private Handshaking(Lane lane, Wire raw) {
        this.lane = lane;
        this.raw = raw;
        this.wire = new TlsWire(raw, this);
    }

    /**
     * Begins.
     *
     * @return what the wire of the client is to tell what happens
     */
    static WireEvents begin(Lane lane, Wire raw, ServerTls tls) {
        Handshaking begun = new Handshaking(lane, raw);
        lane.states().change(null, ConnectionStates.State.HANDSHAKING);
        begun.arm(lane.loop(), tls.config().handshake().timeout().toNanos());
        return begun.wire;
    }

    @Override
    public Listener listener() {
        return lane.listener();
    }

    @Override
    public @Nullable SSLEngine engine(ClientHello hello) {
        SSLEngine engine = null;
        ServerTls tls = listener().settings().tls();
        while (tls != null && engine == null) {
            ServerTls asked = tls;
            engine = asked.engine(hello.serverName());
            tls = listener().settings().tls();
            if (engine == null && tls == asked) {
                return null; // the listener is gone
            }
        }
        return engine;
    }

    @Override
    public WireEvents done(TlsWire done, SSLEngine with) {
        end(Secured.isResumed(with) ? HandshakeEnd.RESUMED : HandshakeEnd.FULL);
        lane.peers().passOn(raw, done);
        return listener().connection(done);
    }

    @Override
    public void failed(@Nullable Throwable cause) {
        log.debug("a handshake failed: {}", String.valueOf(cause));
        end(late ? HandshakeEnd.TIMEOUT : why(cause));
        lane.peers().forget(raw);
        listener().closed();
    }

    private void end(HandshakeEnd how) {
        disarm();
        lane.metrics().handshake(how);
        lane.states().change(ConnectionStates.State.HANDSHAKING, null);
        listener().handshakeEnded();
    }

    private static HandshakeEnd why(@Nullable Throwable cause) {
        if (cause instanceof NotTlsException) {
            return HandshakeEnd.NOT_TLS;
        }
        if (!(cause instanceof SSLException)) {
            return HandshakeEnd.GONE;
        }
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("alert")) {
            return HandshakeEnd.REFUSED;
        }
        return text.contains("certificate") || cause.getCause() instanceof java.security.GeneralSecurityException
                ? HandshakeEnd.CERTIFICATE
                : HandshakeEnd.PROTOCOL;
    }

    @Override
    protected void expired() {
        late = true;
        wire.abort();
    }

    // ---- from the listener, and the admin API

    @Override
    public Wire wire() {
        return raw;
    }

    @Override
    public InetSocketAddress address() {
        return lane.peers().address(raw);
    }

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public ClientState state() {
        return ClientState.NEW;
    }

    @Override
    public long stateNanos() {
        return armedNanos(lane.loop());
    }

    @Override
    public boolean isIdle() {
        return false;
    }

    /** It is never parked. */
    @Override
    public void shed() {}

    @Override
    public void dismiss() {
        wire.close();
    }

    @Override
    public void cutShort() {
        wire.abort();
    }

    @Override
    public void closeByOperator() {
        lane.metrics().ended(Ending.OPERATOR);
        wire.abort();
    }
}
