package io.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.testing.HttpText;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class HeadSamplesTest {
    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();

    private final HeadSamples samples = new HeadSamples(7);

    private static Head head(String text) {
        Head head = new Head();
        HeadParser.requests(64 * 1024, 1000).parse(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1), head);
        return head;
    }

    private List<SampledHead> kept() {
        List<SampledHead> all = new ArrayList<>();
        samples.collect(all);
        return all;
    }

    private static String text(SampledHead head) {
        return new String(head.bytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void keepsEachWhileThereAreFew() {
        samples.keep(1000, 1 << 20);
        for (int i = 0; i < 10; i++) {
            samples.see(head(HttpText.get("/" + i)), CLIENT, TimeUnit.SECONDS.toNanos(i));
        }

        assertThat(kept()).hasSize(10).allMatch(head -> head.requests() == 1);
        assertThat(text(kept().getFirst())).isEqualTo("GET /0 HTTP/1.1\r\nHost: example.test\r\n\r\n");
    }

    /** A hundred thousand a second, for a minute: as many as are wanted in that time, and they stand for about all. */
    @Test
    void keepsFewOfManyAndKnowsForHowManyTheyStand() {
        samples.keep(1000, 1 << 20);
        Head head = head(HttpText.get("/"));
        long requests = 6_000_000;
        for (long i = 0; i < requests; i++) {
            samples.see(head, CLIENT, i * 10_000);
        }

        assertThat(kept().size()).isBetween(50, 1000);
        assertThat(kept().stream().mapToLong(SampledHead::requests).sum()).isBetween(requests / 2, requests * 2);
    }

    @Test
    void forgetsTheOldestWhenThereIsNoRoomForMore() {
        samples.keep(3, 1 << 20);
        for (int i = 0; i < 5; i++) {
            samples.see(head(HttpText.get("/" + i)), CLIENT, TimeUnit.HOURS.toNanos(i));
        }
        assertThat(kept()).extracting(HeadSamplesTest::text).allMatch(text -> text.matches("(?s)GET /[234] .*"));
        assertThat(kept()).hasSize(3);
        samples.keep(4, 1 << 20);
        assertThat(kept()).isEmpty();
    }

    @Test
    void holdsNoMoreBytesThanItMay() {
        samples.keep(100, 1000);
        for (int i = 0; i < 50; i++) {
            samples.see(
                    head(HttpText.request("GET / HTTP/1.1", "X: " + "a".repeat(200))),
                    CLIENT,
                    TimeUnit.HOURS.toNanos(i));
        }

        assertThat(kept()).isNotEmpty();
        assertThat(kept().stream().mapToInt(head -> head.bytes().length).sum()).isLessThanOrEqualTo(1000);
    }

    @Test
    void keepsNoneWhereNoneAreWanted() {
        for (int i = 0; i < 5000; i++) {
            samples.see(head(HttpText.get("/")), CLIENT, i);
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void keepsNothingThatMayBeSecret() {
        samples.keep(10, 1 << 20);
        String query = "/a?x=1&access_token=hush&code=hush&y=2;Password=hush";
        samples.see(
                head(HttpText.request(
                        "GET " + query + " HTTP/1.1",
                        "Cookie: a=hush",
                        "AUTHORIZATION: Basic hush",
                        "X-Api-Key: hush",
                        "Accept: text/html")),
                CLIENT,
                0);

        assertThat(text(kept().getFirst()))
                .isEqualTo(HttpText.head(
                        "GET /a?x=1&access_token=***&code=***&y=2;Password=*** HTTP/1.1",
                        "Host: example.test",
                        "Cookie: ***",
                        "AUTHORIZATION: ***",
                        "X-Api-Key: ***",
                        "Accept: text/html"));
    }

    @Test
    void leavesOutWhatIsTooLong() {
        samples.keep(10, 1 << 20);
        samples.see(head(HttpText.get("/" + "a".repeat(3000))), CLIENT, 0);
        samples.see(
                head(HttpText.request("GET /b HTTP/1.1", "X-Long: " + "a".repeat(3000), "X-Short: a")),
                CLIENT,
                TimeUnit.HOURS.toNanos(1));

        assertThat(kept())
                .singleElement()
                .extracting(HeadSamplesTest::text)
                .isEqualTo(HttpText.head("GET /b HTTP/1.1", "Host: example.test", "X-Short: a"));
    }
}
