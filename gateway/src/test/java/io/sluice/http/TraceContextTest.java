package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.config.Tracing;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, sections 2.2, 3.2 and 4. */
final class TraceContextTest {
    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String MADE = "00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]";

    private final TraceIds ids = new TraceIds();

    @ParameterizedTest
    @ValueSource(
            strings = {
                VALID,
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                "00-00000000000000000000000000000001-0000000000000001-ff",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-brings",
            })
    void passesOnWhatIsValidAsItIs(String value) {
        Head head = request("traceparent: " + value, "tracestate: a=1,b=2", "tracestate: c=3");
        new TraceContext(new Tracing(true, 1)).apply(head, ids);

        assertThat(head.first(Name.TRACEPARENT)).isEqualTo(value);
        assertThat(head.find(Name.TRACESTATE, head.find(Name.TRACESTATE, 0) + 1))
                .isPositive();
        assertThat(TraceContext.traceId(head)).isEqualTo(value.substring(3, 35));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
                "0-0af7651916cd43dd8448eb211c80319cc-b7ad6b7169203331-01",
                "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
            })
    void dropsWhatIsNotAndItsStateWithIt(String value) {
        Head head = request("traceparent: " + value, "tracestate: a=1");
        assertThat(TraceContext.traceId(head)).isNull();
        new TraceContext(Tracing.PASSED).apply(head, ids);

        assertThat(head.first(Name.TRACEPARENT)).isNull();
        assertThat(head.first(Name.TRACESTATE)).isNull();
    }

    @Test
    void dropsBothOfTwo() {
        Head head = request("traceparent: " + VALID, "Traceparent: " + VALID);
        new TraceContext(Tracing.PASSED).apply(head, ids);

        assertThat(head.first(Name.TRACEPARENT)).isNull();
    }

    @Test
    void dropsAStateWithoutATrace() {
        Head head = request("tracestate: a=1");
        new TraceContext(Tracing.PASSED).apply(head, ids);

        assertThat(head.first(Name.TRACESTATE)).isNull();
    }

    @Test
    void startsNoneUnlessAskedTo() {
        Head head = request();
        new TraceContext(Tracing.PASSED).apply(head, ids);

        assertThat(head.first(Name.TRACEPARENT)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "traceparent: nonsense", "tracestate: a=1"})
    void startsOneWhereThereIsNoneThatIsValid(String field) {
        Head head = field.isEmpty() ? request() : request(field);
        new TraceContext(new Tracing(true, 1)).apply(head, ids);

        String made = head.first(Name.TRACEPARENT);
        assertThat(made).matches(MADE).endsWith("-01");
        assertThat(TraceContext.traceId(head)).isEqualTo(made.substring(3, 35));
        assertThat(head.first(Name.TRACESTATE)).isNull();
    }

    @Test
    void startsEachWithIdsOfItsOwn() {
        Set<String> traces = new HashSet<>();
        Set<String> parents = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String made = started(1);
            assertThat(made).matches(MADE);
            traces.add(made.substring(3, 35));
            parents.add(made.substring(36, 52));
        }

        assertThat(traces).hasSize(10_000);
        assertThat(parents).hasSize(10_000);
    }

    @Test
    void asksForAsManyToBeRecordedAsAreWanted() {
        long recorded = IntStream.range(0, 10_000)
                .filter(i -> started(0.1).endsWith("-01"))
                .count();

        assertThat(recorded).isBetween(800L, 1200L);
        assertThat(started(0)).endsWith("-00");
    }

    private String started(double sampled) {
        Head head = request();
        new TraceContext(new Tracing(true, sampled)).apply(head, ids);
        String made = head.first(Name.TRACEPARENT);
        assertThat(made).isNotNull();
        return made;
    }

    private static Head request(String... fields) {
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n")
                + "\r\n";
        Head head = new Head();
        HeadParser.requests(4096, 100).parse(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)), head);
        return head;
    }
}
