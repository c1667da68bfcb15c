package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.Setup;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context on its way through. */
final class TraceTest {
    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    private static final String MADE = "00-[0-9a-f]{32}-[0-9a-f]{16}-01";

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok("ok"));

    TraceTest() throws IOException {}

    @ParameterizedTest
    @ValueSource(strings = {"", "tracing: { start: true }"})
    void aTraceIsPassedOnAsItIsWhoeverTheClientIs(String config) throws Exception {
        WireMessage passed = passed(config, "Traceparent: " + VALID, "tracestate: a=1", "tracestate: b=2,c=3");

        assertThat(passed.values("traceparent")).containsExactly(VALID);
        assertThat(passed.values("tracestate")).containsExactly("a=1", "b=2,c=3");
    }

    @Test
    void anInvalidOneIsDroppedWithItsState() throws Exception {
        WireMessage passed = passed("", "traceparent: 00-zz-b7ad6b7169203331-00", "tracestate: a=1");

        assertThat(passed.has("traceparent")).isFalse();
        assertThat(passed.has("tracestate")).isFalse();
    }

    @Test
    void noneIsStartedUnlessTheConfigSaysSo() throws Exception {
        assertThat(passed("").has("traceparent")).isFalse();
    }

    @Test
    void oneIsStartedWhereThereIsNone() throws Exception {
        assertThat(passed("tracing: { start: true }").value("traceparent")).matches(MADE);
    }

    @Test
    void oneIsStartedInPlaceOfAnInvalidOne() throws Exception {
        WireMessage passed = passed("tracing: { start: true }", "traceparent: " + VALID, "traceparent: " + VALID);

        assertThat(passed.values("traceparent"))
                .singleElement()
                .asString()
                .matches(MADE)
                .isNotEqualTo(VALID);
    }

    @Test
    void backendsAreAskedToRecordNoneOfThoseIfTheConfigSaysSo() throws Exception {
        assertThat(passed("tracing: { start: true, sampled: 0 }").value("traceparent"))
                .endsWith("-00");
    }

    @Test
    void aRouteMayTakeItAway() throws Exception {
        Setup setup =
                Setup.of(backend).top("tracing: { start: true }").route("requestHeaders: { remove: traceparent }");
        try (RunningGateway gateway = RunningGateway.of(setup)) {
            gateway.exchange(get("/"));
        }

        assertThat(backend.request().has("traceparent")).isFalse();
    }

    /** What the backend gets of a request with these fields. */
    private WireMessage passed(String config, String... fields) throws Exception {
        try (RunningGateway gateway = RunningGateway.of(Setup.of(backend).top(config))) {
            gateway.exchange(request("GET / HTTP/1.1", fields));
        }
        return backend.request();
    }
}
