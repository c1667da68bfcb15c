package io.sluice.proxy;

import io.sluice.testing.Await;
import io.sluice.testing.H1Party;
import io.sluice.testing.H2BackendParty;
import io.sluice.testing.H2ClientParty;
import io.sluice.testing.H2Peer;
import io.sluice.testing.Party;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.TestCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a client and its endpoint speak. */
enum Pair {
    H1_TO_H1(false, false),
    H1_TO_H2(false, true),
    H2_TO_H1(true, false),
    H2_TO_H2(true, true);

    private final boolean ofClient;
    private final boolean ofBackend;

    Pair(boolean ofClient, boolean ofBackend) {
        this.ofClient = ofClient;
        this.ofBackend = ofBackend;
    }

    /** A certificate for both sides, and the files of it. */
    record Secured(TestCertificate authority, TestCertificate site, Path folder) {
        static Secured in(Path folder) throws IOException {
            TestCertificate authority = TestCertificate.authority("Authority");
            TestCertificate site = authority.issue("127.0.0.1");
            authority.write(folder, "authority");
            site.write(folder, "site");
            return new Secured(authority, site, folder);
        }
    }

    /**
     * A gateway between the two.
     *
     * @param secured null: in cleartext
     */
    Talk open(String transport, @Nullable Secured secured) throws IOException {
        ScriptedBackend backend =
                secured == null ? ScriptedBackend.byHand() : ScriptedBackend.byHandOver(secured.site.listen());
        String tls = secured == null ? "" : "tls: { ca: '%s/authority.pem' }".formatted(secured.folder);
        Setup setup = Setup.of(backend)
                .streaming()
                .top("transport: " + transport)
                .connections("max: 1")
                .upstream((ofBackend ? "protocol: h2, " : "") + tls);
        if (secured != null) {
            setup = setup.listener("tls: { certificates: [ { certificate: '%1$s/site.pem', key: '%1$s/site.key' } ] }"
                    .formatted(secured.folder));
        }
        RunningGateway gateway = RunningGateway.of(setup);
        return new Talk(backend, gateway, client(gateway.address(), secured), ofBackend);
    }

    private Party client(InetSocketAddress address, @Nullable Secured secured) throws IOException {
        if (ofClient) {
            return new H2ClientParty(
                    secured == null
                            ? H2Peer.connect(address)
                            : H2Peer.connect(address, secured.authority.trustingContext()));
        }
        return new H1Party(
                secured == null
                        ? RawPeer.connect(address)
                        : RawPeer.connect(address, secured.authority.trustingContext(), null));
    }

    /** The two, and what is between them. */
    record Talk(ScriptedBackend script, RunningGateway gateway, Party client, boolean isH2) implements AutoCloseable {

        /** On the connection that the gateway makes for the first request. */
        Party backend() throws Exception {
            RawPeer connection = script.accept();
            return isH2 ? new H2BackendParty(connection.choosing("h2")) : new H1Party(connection);
        }

        /** Waits until the gateway has noticed that the client is gone. */
        @Override
        public void close() throws IOException {
            client.close();
            try {
                Await.until("the client is gone", () -> gateway.connections().total() == 0);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            gateway.close();
            script.close();
        }
    }
}
