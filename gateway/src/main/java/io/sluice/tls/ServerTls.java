package io.sluice.tls;

import io.sluice.config.ListenerTls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a listener with the certificates that it has now: one that has others is another one, and connections that are open
 * don't notice. Engines are made by any thread, until it is closed.
 */
public final class ServerTls {
    private static final List<String> HTTP_1 = List.of("http/1.1");
    private static final List<String> HTTP_2 = List.of("h2", "http/1.1");

    private final ListenerTls config;
    private final boolean http2;
    private final Certificates certificates;
    private final @Nullable TicketKeys tickets;
    private final List<ServerContext> contexts;
    private final ServerNames<ServerContext> names;
    /** Who is just using it, and who has not closed it. */
    private final AtomicInteger users = new AtomicInteger(1);

    private ServerTls(
            ListenerTls config,
            boolean http2,
            Certificates certificates,
            @Nullable TicketKeys tickets,
            List<ServerContext> contexts,
            ServerNames<ServerContext> names) {
        this.config = config;
        this.http2 = http2;
        this.certificates = certificates;
        this.tickets = tickets;
        this.contexts = contexts;
        this.names = names;
    }

    /**
     * Makes it. Not on a loop.
     *
     * @param http2 clients may choose HTTP/2 (RFC 9113 section 3.2)
     * @param certificates what the files of the config hold
     * @param before whose session tickets are taken on, if the two ask the same of clients; null: there is none
     * @throws IOException if the library does not take a certificate; the message names its file
     */
    public static ServerTls of(
            TlsLibrary library,
            ListenerTls config,
            boolean http2,
            Certificates certificates,
            @Nullable ServerTls before)
            throws IOException {
        TicketKeys tickets = tickets(config, certificates, before);
        List<ServerContext> contexts = new ArrayList<>();
        ServerNames<ServerContext> names = null;
        for (Certificates.Identity identity : certificates.identities()) {
            try {
                ServerContext context = ServerContext.of(
                        library, identity, certificates.authorities(), config, http2 ? HTTP_2 : HTTP_1, tickets);
                contexts.add(context);
                names = names == null ? new ServerNames<>(context) : names;
                names.add(identity.facts().names(), context);
            } catch (SSLException | IllegalArgumentException e) {
                contexts.forEach(ServerContext::close);
                throw new IOException(
                        identity.files().certificate() + " (expected: a certificate that this TLS library takes): "
                                + e.getMessage(),
                        e);
            }
        }
        if (names == null) {
            throw new IllegalArgumentException("TLS without a certificate");
        }
        return new ServerTls(config, http2, certificates, tickets, List.copyOf(contexts), names);
    }

    /** A ticket vouches for its client's certificate: others must not take it who ask for another one. */
    private static @Nullable TicketKeys tickets(
            ListenerTls config, Certificates certificates, @Nullable ServerTls before) {
        Duration rotation = config.ticketRotation();
        if (rotation.isZero()) {
            return null;
        }
        return before != null
                        && before.config.ticketRotation().equals(rotation)
                        && before.config.clients().verify() == config.clients().verify()
                        && before.certificates.authorities().equals(certificates.authorities())
                ? before.tickets
                : new TicketKeys(rotation);
    }

    /** Whether it is that of this config and of these certificates. */
    public boolean isOf(ListenerTls other, boolean withHttp2, Certificates held) {
        return config.equals(other) && http2 == withHttp2 && certificates.equals(held);
    }

    /** What the files held that it was made from. */
    public Certificates certificates() {
        return certificates;
    }

    public ListenerTls config() {
        return config;
    }

    /** What is told of each certificate, in the order of the config. */
    public List<CertificateFacts> facts() {
        return certificates.identities().stream()
                .map(Certificates.Identity::facts)
                .toList();
    }

    /**
     * Makes the engine of one connection, which releases it where it has references.
     *
     * @param name that the client asks for, in lower case
     * @return null: it is closed
     */
    public @Nullable SSLEngine engine(@Nullable String name) {
        if (!enter()) {
            return null;
        }
        try {
            return names.find(name).engine();
        } finally {
            leave();
        }
    }

    private boolean enter() {
        int present = users.get();
        while (present > 0 && !users.compareAndSet(present, present + 1)) {
            present = users.get();
        }
        return present > 0;
    }

    private void leave() {
        if (users.decrementAndGet() == 0) {
            contexts.forEach(ServerContext::close);
        }
    }

    /** Once. Engines that are there are not affected. */
    public void close() {
        leave();
    }
}
