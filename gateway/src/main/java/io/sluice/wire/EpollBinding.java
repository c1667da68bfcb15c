package io.sluice.wire;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.sluice.config.ListenerConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An address bound straight on epoll: by one socket, whose connections go to the loop that has the fewest, or by one for each
 * loop that keeps its own. While the acceptor takes no more, the kernel is asked nothing and clients wait in its backlog.
 */
final class EpollBinding implements Loops.Binding {
    private static final Logger log = LoggerFactory.getLogger(EpollBinding.class);

    /** Connections accepted in one event, so that a flood of them leaves the loop time for the others. */
    private static final int BATCH = 16;

    // linux/tcp.h; accepted sockets inherit them
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_DEFER_ACCEPT = 9;

    private final List<Loop> loops;
    private final ListenerConfig.Accept options;
    private final Acceptor acceptor;
    private final @Nullable UnixFile file;
    private final List<ServerSocket> servers = new ArrayList<>();

    /**
     * Binds. Waits: not on a loop.
     *
     * @param file of a Unix socket; null: it is none
     * @param first the loop that accepts, unless each does
     * @throws IOException if the address can't be bound; then nothing is
     */
    EpollBinding(
            SocketAddress address,
            @Nullable UnixFile file,
            ListenerConfig.Accept options,
            Acceptor acceptor,
            List<Loop> loops,
            Loop first)
            throws IOException {
        this.file = file;
        this.loops = loops;
        this.options = options;
        this.acceptor = acceptor;
        try {
            if (keepsOwn()) {
                SocketAddress bound = address;
                for (Loop loop : loops) {
                    servers.add(new ServerSocket(bound, loop));
                    // the first may have got a port from the system
                    bound = address();
                }
            } else {
                servers.add(new ServerSocket(address, first));
            }
            if (file != null) {
                file.publish(options.mode());
            }
        } catch (IOException e) {
            unbind();
            throw e;
        }
        servers.forEach(server -> server.loop.execute(server::start));
    }

    /** Each loop has a socket of its own. */
    private boolean keepsOwn() {
        return options.reusePort() && file == null;
    }

    @Override
    public SocketAddress address() {
        return servers.getFirst().address;
    }

    @Override
    public void recheck() {
        servers.forEach(server -> server.loop.execute(server::settle));
    }

    @Override
    public void unbind() {
        CountDownLatch closing = new CountDownLatch(servers.size());
        for (ServerSocket server : servers) {
            server.loop.execute(() -> {
                server.close();
                closing.countDown();
            });
        }
        try {
            if (!closing.await(5, TimeUnit.SECONDS)) {
                log.warn("a loop is too busy to unbind, or has ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (file != null) {
            file.remove();
        }
    }

    /** One listening socket; all on its loop. */
    private final class ServerSocket implements EpollIoHandle {
        private final Socket socket;
        private final SocketAddress address;
        private final Loop loop;
        /** Filled by accept, and read by nobody: who is there is asked of the kernel when a request comes. */
        private final byte[] peer = new byte[26];

        private @Nullable IoRegistration registration;
        private boolean listening;
        private boolean failing;

        ServerSocket(SocketAddress address, Loop loop) throws IOException {
            this.loop = loop;
            socket = file == null ? Socket.newSocketStream() : Socket.newSocketDomain();
            try {
                if (file == null) {
                    socket.setReuseAddress(true);
                    socket.setReusePort(options.reusePort());
                    configure();
                    socket.bind(address);
                } else {
                    socket.bind(new DomainSocketAddress(file.made().toString()));
                }
                socket.listen(options.backlog());
                this.address = file == null ? socket.localAddress() : address;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        /** Accepted sockets inherit all of this from the one that listens: nothing is set for each. */
        private void configure() throws IOException {
            socket.setTcpNoDelay(true);
            if (!options.deferAccept().isZero()) {
                option(TCP_DEFER_ACCEPT, options.deferAccept().toSeconds());
            }
            ListenerConfig.KeepAlive probes = options.keepAlive();
            if (probes != null) {
                socket.setKeepAlive(true);
                option(TCP_KEEPIDLE, probes.idle().toSeconds());
                option(TCP_KEEPINTVL, probes.interval().toSeconds());
                option(TCP_KEEPCNT, probes.probes());
            }
        }

        private void option(int name, long value) throws IOException {
            socket.setIntOpt(IPPROTO_TCP, name, (int) value);
        }

        void start() {
            registration = ((IoEventLoop) loop.eventLoop()).register(this).getNow();
            settle();
        }

        /** Listens to the kernel, or rests. */
        void settle() {
            IoRegistration present = registration;
            boolean wanted = !failing && acceptor.accepts();
            if (present != null && listening != wanted) {
                listening = wanted;
                // not EpollIoOps.NONE: Netty 4.2.18 forgets a handle that wants nothing
                present.submit(wanted ? EpollIoOps.EPOLLIN : EpollIoOps.EPOLLET);
            }
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            loop.startEvent();
            try {
                accept();
            } catch (IOException e) {
                acceptor.failed(e);
                failing = true;
                loop.eventLoop().schedule(this::tryAgain, Loops.ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } finally {
                settle();
                loop.endEvent();
            }
        }

        private void accept() throws IOException {
            for (int i = 0; i < BATCH && acceptor.accepts(); i++) {
                int accepted = socket.accept(peer);
                if (accepted < 0) {
                    return;
                }
                acceptor.accepted();
                take(accepted);
            }
            if (!acceptor.accepts()) {
                recheck();
            }
        }

        private void take(int accepted) {
            Loop target = keepsOwn() ? loop : leastLoaded();
            target.clients().incrementAndGet();
            EpollWire wire =
                    file == null ? new EpollWire(accepted, target, false) : new EpollUnixWire(accepted, target, false);
            if (target == loop) {
                wire.connected(acceptor.connected(wire));
            } else {
                target.execute(() -> wire.connected(acceptor.connected(wire)));
            }
        }

        private void tryAgain() {
            failing = false;
            settle();
        }

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                log.debug("close", e);
            }
            IoRegistration present = registration;
            if (present != null) {
                registration = null;
                present.cancel();
            }
        }
    }

    /** Long-lived connections stay where they are put, so what counts is how many a loop has, and not whose turn it is. */
    private Loop leastLoaded() {
        Loop least = loops.getFirst();
        for (Loop loop : loops) {
            if (loop.clients().get() < least.clients().get()) {
                least = loop;
            }
        }
        return least;
    }
}
