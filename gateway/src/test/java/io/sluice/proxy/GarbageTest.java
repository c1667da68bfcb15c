package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.netty.channel.epoll.Epoll;
import io.netty.util.ResourceLeakDetector;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a request leaves to the collector. */
final class GarbageTest {
    private static final int REQUESTS = 1_000;
    /** Time enough for what runs often to be compiled. */
    private static final int MOST_ROUNDS = 100;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

    @BeforeEach
    void noLeakRecords() {
        assumeThat(Epoll.isAvailable()).isTrue();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void leakRecordsAgain() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void isNothingOnceAllIsWarm() throws Exception {
        // with the date that all but a few backends give: to make one takes an object that only an optimizing compiler
        // avoids
        String answer = response("200 OK", "hello", "Date: Sun, 06 Nov 1994 08:49:37 GMT");
        Set<Long> before = threads();
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> answer);
                RunningGateway gateway = RunningGateway.of(Setup.of(backend).top("transport: epoll"));
                RawPeer client = gateway.client()) {
            client.send(get("/")).response(200);
            long[] loops = loopsSince(before);
            long most = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && most > REQUESTS; round++) {
                most = Math.min(most, allocatedBy(loops, client));
            }
            assertThat(most).as("bytes for %d requests", REQUESTS).isLessThanOrEqualTo(REQUESTS);
        }
    }

    private static long allocatedBy(long[] loops, RawPeer client) throws IOException {
        long before = allocated(loops);
        for (int i = 0; i < REQUESTS; i++) {
            client.send(get("/")).response(200);
        }
        return allocated(loops) - before;
    }

    private static Set<Long> threads() {
        Set<Long> ids = new HashSet<>();
        Arrays.stream(THREADS.getAllThreadIds()).forEach(ids::add);
        return ids;
    }

    private static long allocated(long[] loops) {
        return Arrays.stream(loops).map(THREADS::getThreadAllocatedBytes).sum();
    }

    /** The event loops that have started since. */
    private static long[] loopsSince(Set<Long> before) {
        long[] loops = Arrays.stream(THREADS.getAllThreadIds())
                .filter(id -> !before.contains(id))
                .filter(id -> {
                    ThreadInfo info = THREADS.getThreadInfo(id);
                    return info != null && info.getThreadName().startsWith("loop-");
                })
                .toArray();
        assertThat(loops).isNotEmpty();
        return loops;
    }
}
