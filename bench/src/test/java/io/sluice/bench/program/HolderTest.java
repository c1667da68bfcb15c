package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HolderTest {
    private static final int MANY = 200;
    private TinyServer server;
    private Typist holder;

    @BeforeEach
    void start() throws Exception {
        server = TinyServer.start();
        holder = holder(server.port());
    }

    @AfterEach
    void stop() throws Exception {
        holder.close();
        server.close();
    }

    @Test
    void makesOneRequestOnEachConnectionAndHoldsIt() throws Exception {
        HoldReport report = ask("hold " + MANY);

        assertThat(report.open()).isEqualTo(MANY);
        assertThat(report.answered()).isEqualTo(MANY);
        assertThat(report.latencies().count()).isEqualTo(MANY);
        assertThat(report.wrong() + report.refused() + report.lost() + report.waiting())
                .isZero();
        assertThat(server.open()).isEqualTo(MANY);
    }

    @Test
    void comesFromSeveralAddresses() throws Exception {
        ask("hold 600");

        assertThat(server.sources()).hasSize(2);
    }

    @Test
    void closesAllAtOnce() throws Exception {
        ask("hold " + MANY);

        assertThat(ask("hold 0").open()).isZero();
        server.awaitOpen(0);
    }

    @Test
    void goesToALowerCountAndUpAgain() throws Exception {
        ask("hold " + MANY);
        ask("hold 50");
        server.awaitOpen(50);

        assertThat(ask("hold 60").open()).isEqualTo(60);
        assertThat(ask("report").answered()).isEqualTo(MANY + 10);
    }

    @Test
    void reportsConnectionsThatTheOtherSideClosed() throws Exception {
        ask("hold " + MANY);
        server.closeSome(5);

        HoldReport report = ask("report");
        while (report.lost() < 5) {
            report = report.plus(ask("report"));
        }
        assertThat(report.lost()).isEqualTo(5);
        assertThat(ask("report").open()).isEqualTo(MANY - 5);
    }

    @Test
    void reportsWrongAnswers() throws Exception {
        server.answerWith("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");

        HoldReport report = ask("hold 10");

        assertThat(report.wrong()).isEqualTo(10);
        assertThat(report.answered()).isZero();
    }

    @Test
    void reportsConnectionsThatCouldNotBeOpened() throws Exception {
        int free;
        try (ServerSocket closed = new ServerSocket()) {
            closed.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            free = closed.getLocalPort();
        }
        try (Typist nowhere = holder(free)) {
            HoldReport report = HoldReport.parse(nowhere.ask("hold 10"));

            assertThat(report.refused()).isEqualTo(10);
            assertThat(report.open()).isZero();
        }
    }

    @Test
    void asksAllConnectionsInTurnAtTheGivenPace() throws Exception {
        ask("hold 20");
        ask("report");
        ask("pace 2000");
        server.awaitEachAsked(3);

        assertThat(ask("pace 0").waiting()).isZero();
        HoldReport report = ask("report");
        assertThat(report.answered()).isGreaterThanOrEqualTo(40).isEqualTo(server.requests() - 20);
        assertThat(server.mostAskedOfOne() - server.leastAskedOfOne()).isLessThanOrEqualTo(1);
    }

    @Test
    void countsTheTimeForWhichARequestHadToWaitForAConnection() throws Exception {
        ask("hold 1");
        ask("report");
        server.pause();
        ask("pace 1000");
        HoldReport report = ask("report");
        while (report.waiting() < 50) {
            report = ask("report");
        }
        server.goOn();
        ask("pace 0");

        // The request that came first in the pause was answered after all fifty had become due, a millisecond each.
        assertThat(ask("report").latencies().quantile(1)).isGreaterThanOrEqualTo(40_000);
    }

    @Test
    void saysWhatItExpected() throws Exception {
        assertThat(holder.ask("fold 3")).contains("fold 3").contains("expected");
    }

    private HoldReport ask(String line) throws Exception {
        return HoldReport.parse(holder.ask(line));
    }

    private static Typist holder(int port) throws Exception {
        Holder.Settings settings = new Holder.Settings(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                Request.of("a.test", "/", 0, 0),
                true,
                16,
                new Sources(77, 500));
        return new Typist((in, out) -> Holder.run(settings, in, out));
    }
}
