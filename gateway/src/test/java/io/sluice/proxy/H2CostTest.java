package io.sluice.proxy;

import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.ResourceLeakDetector;
import io.sluice.testing.Await;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.HeapBytes;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.JMException;
import org.junit.jupiter.api.Test;

/** What clients of HTTP/2 cost. */
final class H2CostTest {
    private static final int CLIENTS = 1000;
    /** Bytes of heap for an idle connection, at most. */
    private static final long IDLE_BYTES = 3000;

    private static final int REQUESTS = 1000;
    private static final int MOST_ROUNDS = 100;
    private static final int WHOLE = H2Frame.END_HEADERS | H2Frame.END_STREAM;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What a browser sends, more or less, all of it to be kept in the table. */
    private static byte[] hello() throws IOException {
        byte[] block;
        try (RunningGateway gateway = gateway();
                H2Peer peer = H2Peer.connect(gateway.address())) {
            block = peer.requestBlock(
                    "GET",
                    "/some/path/of/a/site",
                    "user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                    "accept-language: en-US,en;q=0.5",
                    "accept-encoding: gzip, deflate, br, zstd",
                    "cookie: session=0123456789abcdef0123456789abcdef",
                    "sec-fetch-dest: document",
                    "sec-fetch-mode: navigate",
                    "sec-fetch-site: none");
        }
        byte[] preface = H2Peer.PREFACE.getBytes(StandardCharsets.ISO_8859_1);
        byte[] settings = new H2Frame(H2Frame.SETTINGS, 0, 0, new byte[0]).bytes();
        byte[] head = new H2Frame(H2Frame.HEADERS, WHOLE, 1, block).bytes();
        ByteBuffer all = ByteBuffer.allocate(preface.length + settings.length + head.length);
        return all.put(preface).put(settings).put(head).array();
    }

    private static RunningGateway gateway() throws IOException {
        return RunningGateway.of("""
                threads: 1
                listeners: { web: { bind: "127.0.0.1:0", timeouts: { send: 1s } } }
                routes: [ { name: all, respond: { status: 200, body: hello } } ]
                """);
    }

    @Test
    void anIdleConnectionHoldsLittle() throws Exception {
        assumeThat(Epoll.isAvailable()).as("bare descriptors").isTrue();
        byte[] hello = hello();
        ByteBuffer bytes = ByteBuffer.allocateDirect(hello.length).put(hello);
        Socket[] clients = new Socket[CLIENTS];
        try (RunningGateway gateway = gateway()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients[i] = Socket.newSocketStream();
            }
            exchange(gateway, clients, 0, CLIENTS / 10, bytes);
            long before = alive();
            exchange(gateway, clients, CLIENTS / 10, CLIENTS, bytes);
            int more = CLIENTS - CLIENTS / 10;
            Await.until("memory is given back", () -> (alive() - before) / more <= IDLE_BYTES);
        } finally {
            for (Socket client : clients) {
                if (client != null) {
                    new FileDescriptor(client.intValue()).close();
                }
            }
        }
    }

    private static long alive() {
        try {
            return HeapBytes.alive();
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    private static void exchange(RunningGateway gateway, Socket[] clients, int from, int to, ByteBuffer bytes)
            throws Exception {
        for (int i = from; i < to; i++) {
            boolean connected = clients[i].connect(gateway.address());
            while (!connected) {
                connected = clients[i].finishConnect();
            }
            assertThat(clients[i].send(bytes, 0, bytes.position())).isEqualTo(bytes.position());
        }
        Await.until("all are parked", () -> gateway.connections().parked() == to);
    }

    @Test
    void aRequestLeavesNoGarbageOnceAllIsWarm() throws Exception {
        assumeThat(Epoll.isAvailable()).isTrue();
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        String answer = response("200 OK", "hello", "Date: Sun, 06 Nov 1994 08:49:37 GMT");
        Set<Long> before = Arrays.stream(THREADS.getAllThreadIds()).boxed().collect(Collectors.toSet());
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> answer);
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("transport: epoll"));
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/").response(1);
            long[] loops = Arrays.stream(THREADS.getAllThreadIds())
                    .filter(id -> !before.contains(id))
                    .filter(id -> THREADS.getThreadInfo(id) != null
                            && THREADS.getThreadInfo(id).getThreadName().startsWith("loop-"))
                    .toArray();
            assertThat(loops).isNotEmpty();
            long least = Long.MAX_VALUE;
            int stream = 3;
            for (int round = 0; round < MOST_ROUNDS && least > REQUESTS; round++) {
                long allocated = allocated(loops);
                for (int i = 0; i < REQUESTS; i++, stream += 2) {
                    client.get(stream, "/").response(stream);
                }
                least = Math.min(least, allocated(loops) - allocated);
            }
            assertThat(least).as("bytes for %d requests", REQUESTS).isLessThanOrEqualTo(REQUESTS);
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private static long allocated(long[] loops) {
        return Arrays.stream(loops).map(THREADS::getThreadAllocatedBytes).sum();
    }
}
