package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SlowServerTest {
    @Test
    void answersManyAtOnceEachAfterItsTimeAndCountsThem() throws Exception {
        int port = freePort();
        try (Typist server = new Typist((in, out) -> SlowServer.run(port, Duration.ofMillis(20), 128, in, out))) {
            assertThat(server.ask("report")).isEqualTo("ok open=0 most=0 accepted=0 requests=0");
            try (Typist clients = new Typist((in, out) -> Holder.run(clientsOf(port), in, out))) {
                HoldReport report = HoldReport.parse(clients.ask("hold 50"));

                assertThat(report.answered()).isEqualTo(50);
                assertThat(report.latencies().quantile(0)).isGreaterThanOrEqualTo(20_000);
                assertThat(server.ask("report")).isEqualTo("ok open=50 most=50 accepted=50 requests=50");
                clients.ask("hold 10");
                while (!server.ask("report").equals("ok open=10 most=10 accepted=50 requests=50")) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static Holder.Settings clientsOf(int port) {
        return new Holder.Settings(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                Request.of("a.test", "/", 0, 0),
                true,
                50,
                new Sources(78, 500));
    }

    private static int freePort() throws Exception {
        try (ServerSocket closed = new ServerSocket()) {
            closed.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            return closed.getLocalPort();
        }
    }
}
