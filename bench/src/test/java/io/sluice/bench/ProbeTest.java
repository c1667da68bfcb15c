package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeTest {
    @Test
    void acceptsTheWholeBody() {
        assertThat(Probe.judge("HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(128), Size.SMALL))
                .isEmpty();
    }

    @Test
    void acceptsThatOfHttp2Too() {
        assertThat(Probe.judge("HTTP/2 200\r\n\r\n" + "x".repeat(128), Size.SMALL))
                .isEmpty();
        assertThat(Probe.judge("HTTP/2 503\r\n\r\n", Size.SMALL))
                .isEqualTo("answers HTTP/2 503 (expected: status 200)");
    }

    @Test
    void reportsAnotherStatus() {
        assertThat(Probe.judge("HTTP/1.1 503 Service Unavailable\r\n\r\n", Size.SMALL))
                .isEqualTo("answers HTTP/1.1 503 Service Unavailable (expected: status 200)");
    }

    @Test
    void reportsABodyOfAnotherLength() {
        assertThat(Probe.judge("HTTP/1.1 200 OK\r\n\r\nxx", Size.SMALL)).isEqualTo("answers 2 bytes (expected: 128)");
    }

    @Test
    void reportsAConnectionThatWasClosedWithoutAnAnswer() {
        assertThat(Probe.judge("", Size.SMALL)).isEqualTo("answers nothing (expected: status 200)");
    }
}
