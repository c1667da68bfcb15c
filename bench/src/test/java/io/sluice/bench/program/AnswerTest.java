package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\ncontent-Length: 5\r\n\r\nhello";
    private final Answer answer = new Answer();

    @Test
    void readsOneThatComesByteByByte() throws Exception {
        for (int i = 0; i < OK.length() - 1; i++) {
            assertThat(answer.read(bytes(OK.substring(i, i + 1)))).isFalse();
        }

        assertThat(answer.read(bytes("o"))).isTrue();
        assertThat(answer.isGood()).isTrue();
    }

    @Test
    void leavesWhatComesBehindIt() throws Exception {
        ByteBuffer both = bytes(OK + "!");

        assertThat(answer.read(both)).isTrue();
        assertThat(both.remaining()).isEqualTo(1);
    }

    @Test
    void readsTheNextOneOnTheSameConnection() throws Exception {
        answer.read(bytes(OK));

        assertThat(answer.read(bytes("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")))
                .isTrue();
        assertThat(answer.isGood()).isFalse();
        assertThat(answer.startLine()).contains("503");
    }

    @Test
    void refusesOneThatDoesNotSayHowLongItIs() {
        assertThatThrownBy(() -> answer.read(bytes("HTTP/1.1 200 OK\r\n\r\n"))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesAHeadWithoutEnd() {
        assertThatThrownBy(() -> answer.read(bytes("x".repeat(70_000)))).isInstanceOf(IOException.class);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
