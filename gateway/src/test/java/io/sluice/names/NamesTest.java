package io.sluice.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HostPort;
import io.sluice.config.ResolveConfig;
import io.sluice.config.ResolveConfig.Family;
import io.sluice.testing.DnsServer;
import io.sluice.testing.DnsServer.Mood;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of names, with a real resolver and a name server that does as told. */
final class NamesTest {
    private static final Duration SHORT = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofMinutes(5);

    private DnsServer server;
    private Names names;

    @BeforeEach
    void open() throws IOException {
        server = new DnsServer();
        names = new Names();
    }

    @AfterEach
    void close() throws IOException {
        names.close();
        server.close();
    }

    private void resolve(Duration minTtl, Duration maxTtl, Family family) {
        int port = Integer.parseInt(server.address().split(":", 2)[1]);
        names.configure(new ResolveConfig(
                List.of(new HostPort("127.0.0.1", port)), Duration.ofMillis(150), minTtl, maxTtl, family));
    }

    /** What is told of a name, in order. */
    private static final class Told<T> {
        private final BlockingQueue<Answer<T>> answers = new LinkedBlockingQueue<>();

        Answer<T> next() throws InterruptedException {
            Answer<T> answer = answers.poll(10, TimeUnit.SECONDS);
            assertThat(answer).as("an answer").isNotNull();
            return answer;
        }

        Answer<T> nextThat(Predicate<Answer<T>> wanted) throws InterruptedException {
            Answer<T> answer = next();
            while (!wanted.test(answer)) {
                answer = next();
            }
            return answer;
        }
    }

    private Told<InetAddress> addresses(String host) {
        Told<InetAddress> told = new Told<>();
        names.addresses(host, told.answers::add);
        return told;
    }

    private static List<InetAddress> literals(String... addresses) {
        return List.of(addresses).stream().map(InetAddress::ofLiteral).toList();
    }

    @Test
    void findsAllAddressesOfBothKindsInAnOrderOfItsOwn() throws Exception {
        server.tell(
                "app.test",
                DnsServer.address("10.0.0.9", 60),
                DnsServer.address("fd00::1", 20),
                DnsServer.address("10.0.0.2", 30));
        resolve(SHORT, LONG, Family.ALL);
        Answer<InetAddress> answer = addresses("app.test").next();
        assertThat(answer.values()).isEqualTo(literals("10.0.0.2", "10.0.0.9", "fd00::1"));
        assertThat(answer.source()).isEqualTo("A/AAAA");
        assertThat(answer.until() - answer.since()).isEqualTo(TimeUnit.SECONDS.toNanos(20));
    }

    @Test
    void followsAliases() throws Exception {
        server.tell("app.test", DnsServer.alias("real.test", 60)).tell("real.test", DnsServer.address("10.0.0.1", 60));
        resolve(SHORT, LONG, Family.IPV4);
        assertThat(addresses("app.test").next().values()).isEqualTo(literals("10.0.0.1"));
    }

    @Test
    void asksForTheOneKindThatIsWanted() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 60), DnsServer.address("fd00::1", 60));
        resolve(SHORT, LONG, Family.IPV6);
        assertThat(addresses("app.test").next().values()).isEqualTo(literals("fd00::1"));
        assertThat(server.questions()).containsExactly("AAAA app.test");
    }

    @Test
    void asksAgainWhenTheTtlIsOver() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 0));
        resolve(SHORT, LONG, Family.IPV4);
        Told<InetAddress> told = addresses("app.test");
        assertThat(told.next().values()).isEqualTo(literals("10.0.0.1"));
        server.tell("app.test", DnsServer.address("10.0.0.2", 600));
        Answer<InetAddress> answer = told.nextThat(a -> !a.values().equals(literals("10.0.0.1")));
        assertThat(answer.values()).isEqualTo(literals("10.0.0.2"));
        assertThat(answer.until() - answer.since()).as("at most maxTtl").isEqualTo(LONG.toNanos());
    }

    @Test
    void keepsTheLastGoodAnswerWhenTheNameIsGone() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 0));
        resolve(SHORT, LONG, Family.ALL);
        Told<InetAddress> told = addresses("app.test");
        told.next();
        server.forget("app.test");
        Answer<InetAddress> answer = told.nextThat(a -> a.failure() != null);
        assertThat(answer.failure()).isEqualTo("no such name");
        assertThat(answer.values()).isEqualTo(literals("10.0.0.1"));
        assertThat(answer.isKnown()).isTrue();
        server.tell("app.test", DnsServer.address("10.0.0.2", 60));
        assertThat(told.nextThat(a -> a.failure() == null).values()).isEqualTo(literals("10.0.0.2"));
    }

    @Test
    void keepsTheLastGoodAnswerWhenTheServerFailsOrSaysNothing() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 0));
        resolve(SHORT, LONG, Family.ALL);
        Told<InetAddress> told = addresses("app.test");
        told.next();
        server.mood(Mood.FAILS);
        assertThat(told.nextThat(a -> a.failure() != null).failure()).contains("ServFail");
        server.mood(Mood.SAYS_NOTHING);
        Answer<InetAddress> answer = told.nextThat(a -> a.failures() > 1);
        assertThat(answer.failure()).isEqualTo("no DNS server answered in time");
        assertThat(answer.values()).isEqualTo(literals("10.0.0.1"));
        server.mood(Mood.ANSWERS);
        assertThat(told.nextThat(a -> a.failure() == null).failures()).isZero();
    }

    @Test
    void keepsTheAddressesOfTheKindThatCouldNotBeHad() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 0), DnsServer.address("fd00::1", 0));
        resolve(SHORT, LONG, Family.ALL);
        Told<InetAddress> told = addresses("app.test");
        told.next();
        server.tell("app.test", DnsServer.address("10.0.0.2", 0));
        server.mood(Mood.IGNORES_AAAA);
        assertThat(told.nextThat(a -> a.values().contains(InetAddress.ofLiteral("10.0.0.2")))
                        .values())
                .isEqualTo(literals("10.0.0.2", "fd00::1"));
        server.mood(Mood.ANSWERS);
        assertThat(told.nextThat(a -> a.values().size() == 1).values()).isEqualTo(literals("10.0.0.2"));
    }

    @Test
    void saysThatANameWithoutAddressesHasNone() throws Exception {
        server.tell("app.test");
        resolve(SHORT, LONG, Family.ALL);
        Answer<InetAddress> answer = addresses("app.test").next();
        assertThat(answer.failure()).isEqualTo("no such records");
        assertThat(answer.isKnown()).isFalse();
    }

    @Test
    void asksOverTcpWhereAnAnswerIsCutShort() throws Exception {
        DnsServer.Entry[] many = new DnsServer.Entry[100];
        for (int i = 0; i < many.length; i++) {
            many[i] = DnsServer.address("10.0.1." + i, 60);
        }
        server.tell("app.test", many);
        server.mood(Mood.TRUNCATES);
        resolve(SHORT, LONG, Family.IPV4);
        assertThat(addresses("app.test").next().values()).hasSize(100);
    }

    @Test
    void findsTheRecordsOfAService() throws Exception {
        server.tell(
                "_http._tcp.app.test",
                DnsServer.service(10, 5, 8081, "b.app.test", 60),
                DnsServer.service(1, 0, 8080, "A.app.test", 30));
        resolve(SHORT, LONG, Family.ALL);
        Told<Service> told = new Told<>();
        names.services("_http._tcp.app.test", told.answers::add);
        Answer<Service> answer = told.next();
        assertThat(answer.values())
                .containsExactly(new Service(1, 0, 8080, "a.app.test."), new Service(10, 5, 8081, "b.app.test."));
        assertThat(answer.until() - answer.since()).isEqualTo(TimeUnit.SECONDS.toNanos(30));
    }

    @Test
    void takesARootTargetForNoService() throws Exception {
        server.tell("_http._tcp.app.test", DnsServer.service(0, 0, 8080, "", 60));
        resolve(SHORT, LONG, Family.ALL);
        Told<Service> told = new Told<>();
        names.services("_http._tcp.app.test", told.answers::add);
        assertThat(told.next().failure()).isEqualTo("no such service");
    }

    @Test
    void knowsItsOwnMachineWithoutAskingAnybody() throws Exception {
        resolve(SHORT, LONG, Family.ALL);
        Answer<InetAddress> answer = addresses("localhost").next();
        assertThat(answer.values()).isEqualTo(literals("127.0.0.1"));
        assertThat(answer.source()).isEqualTo("hosts file");
        assertThat(addresses("app.localhost").next().values()).isEqualTo(literals("127.0.0.1"));
        assertThat(server.questions()).isEmpty();
    }

    @Test
    void asksOnceForANameThatSeveralWatchAndTellsTheLaterOnesAtOnce() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 60));
        resolve(SHORT, LONG, Family.IPV4);
        addresses("app.test").next();
        server.mood(Mood.SAYS_NOTHING);
        assertThat(addresses("app.test").next().values()).isEqualTo(literals("10.0.0.1"));
        assertThat(server.questions()).hasSize(1);
    }

    @Test
    void stopsAskingWhenNobodyWatches() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 0)).tell("other.test", DnsServer.address("10.0.0.2", 0));
        resolve(SHORT, LONG, Family.IPV4);
        Told<InetAddress> first = new Told<>();
        Tracked<InetAddress> tracked = names.addresses("app.test", first.answers::add);
        first.next();
        tracked.close();
        Told<InetAddress> other = addresses("other.test");
        other.next();
        long asked = server.questions("A app.test");
        for (int i = 0; i < 10; i++) {
            other.next();
        }
        assertThat(server.questions("A app.test")).isEqualTo(asked);
    }

    @Test
    void asksOtherServersAtOnceWhenTheConfigNamesThem() throws Exception {
        server.tell("app.test", DnsServer.address("10.0.0.1", 600));
        resolve(SHORT, LONG, Family.IPV4);
        Told<InetAddress> told = addresses("app.test");
        told.next();
        try (DnsServer second = new DnsServer()) {
            second.tell("app.test", DnsServer.address("10.0.0.2", 600));
            int port = Integer.parseInt(second.address().split(":", 2)[1]);
            names.configure(new ResolveConfig(
                    List.of(new HostPort("127.0.0.1", port)), Duration.ofSeconds(1), SHORT, LONG, Family.IPV4));
            assertThat(told.next().values()).isEqualTo(literals("10.0.0.2"));
        }
    }
}
