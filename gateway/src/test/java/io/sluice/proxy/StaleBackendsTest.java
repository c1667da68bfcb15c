package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.proxy.StaleBackend.Manner;
import io.sluice.testing.Await;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Backends that close connections without saying so: no request that can be repeated fails, no POST is carried out twice, and
 * once the backend is known, hardly a POST fails.
 */
final class StaleBackendsTest {
    private static final int CLIENTS = 8;
    private static final int REQUESTS = 25;
    private static final int LONGEST_PAUSE_MILLIS = 250;

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final Queue<String> answeredPosts = new ConcurrentLinkedQueue<>();
    private final Queue<String> failedPosts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ids = new AtomicInteger();

    @ParameterizedTest
    @EnumSource
    void noSafeRequestFailsAndNoPostIsCarriedOutTwice(Manner manner) throws Exception {
        try (StaleBackend backend = new StaleBackend(manner);
                RunningGateway gateway = RunningGateway.of(Setup.of(backend.backend()))) {
            assertThat(provenSeconds(gateway, backend)).isEqualTo(1);
            load(gateway, List.of("GET", "HEAD", "PUT"));
            Await.until("the backend is known", () -> provenSeconds(gateway, backend) == 0);

            load(gateway, List.of("GET", "POST", "HEAD", "POST", "PUT"));

            assertThat(wrong).isEmpty();
            assertThat(answeredPosts)
                    .isNotEmpty()
                    .allSatisfy(target -> assertThat(backend.runs(target)).isEqualTo(1));
            assertThat(failedPosts)
                    .allSatisfy(target -> assertThat(backend.runs(target)).isLessThanOrEqualTo(1));
            // where ages are random one may still be met that was never seen
            assertThat(failedPosts).hasSizeLessThanOrEqualTo(manner == Manner.AFTER_IDLE ? 2 : 0);
        }
    }

    private static long provenSeconds(RunningGateway gateway, StaleBackend backend) {
        return gateway.counted(
                "sluice_pool_proven_seconds",
                "upstream",
                "backend",
                "endpoint",
                backend.backend().endpoint());
    }

    /** Some clients, each with one request after the other, some of them after a pause. */
    private void load(RunningGateway gateway, List<String> methods) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Thread.ofVirtual().start(() -> client(gateway, methods)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private void client(RunningGateway gateway, List<String> methods) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < REQUESTS; i++) {
            String method = methods.get(random.nextInt(methods.size()));
            String target = "/" + ids.incrementAndGet();
            try (RawPeer client = gateway.client()) {
                client.send(text(method, target));
                judge(method, target, method.equals("HEAD") ? client.head() : client.response());
            } catch (Exception | AssertionError e) {
                wrong.add(method + " " + target + ": " + e);
            }
            if (random.nextBoolean()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_PAUSE_MILLIS)));
            }
        }
    }

    private static String text(String method, String target) {
        return switch (method) {
            case "GET" -> get(target);
            case "POST" -> post(target, "data");
            case "PUT" -> post(target, "data").replaceFirst("POST", "PUT");
            default -> request(method + " " + target + " HTTP/1.1");
        };
    }

    private void judge(String method, String target, WireMessage response) {
        boolean isPost = method.equals("POST");
        String cause = String.valueOf(response.value("proxy-status"));
        if (response.status() == 200 && isPost) {
            answeredPosts.add(target);
        } else if (isPost && cause.contains("details=\"" + Failure.UPSTREAM_CLOSED.cause() + "\"")) {
            failedPosts.add(target);
        } else if (response.status() != 200) {
            wrong.add(method + " " + target + ": " + response.head());
        }
    }
}
