package io.sluice.bench.models;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";

    @Test
    void countsAnswersThatComeTogether() throws Exception {
        assertThat(new AnswerReader(3).endedIn(bytes(ANSWER + ANSWER))).isEqualTo(2);
    }

    @Test
    void findsTheEndWhereverTheAnswerIsCut() throws Exception {
        for (int cut = 1; cut < ANSWER.length(); cut++) {
            AnswerReader reader = new AnswerReader(3);

            assertThat(reader.endedIn(bytes(ANSWER.substring(0, cut)))).isZero();
            assertThat(reader.endedIn(bytes(ANSWER.substring(cut)))).isOne();
        }
    }

    @Test
    void anAnswerOfAnotherStatusIsNoAnswer() {
        assertThatThrownBy(() -> new AnswerReader(3).endedIn(bytes("HTTP/1.1 503 Busy\r\n\r\n")))
                .hasMessageContaining("expected: HTTP/1.1 200");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
