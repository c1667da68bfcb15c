package io.sluice.bench.models;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void countsEachRequestOfAPipeline() {
        assertThat(new Requests().endedIn(bytes(REQUEST.repeat(3)))).isEqualTo(3);
    }

    @Test
    void findsAnEndWhereverItIsCut() {
        for (int cut = 1; cut < REQUEST.length(); cut++) {
            Requests requests = new Requests();

            assertThat(requests.endedIn(bytes(REQUEST.substring(0, cut)))).isZero();
            assertThat(requests.endedIn(bytes(REQUEST.substring(cut)))).isOne();
        }
    }

    @Test
    void takesAnEndThatBeginsInsideABrokenOne() {
        assertThat(new Requests().endedIn(bytes("GET / HTTP/1.1\r\n\r\r\n\r\n")))
                .isOne();
    }

    @Test
    void answersWithALengthThatIsTrue() {
        String answer = new String(Requests.answer(), US_ASCII);

        assertThat(answer.substring(answer.indexOf("\r\n\r\n") + 4)).hasSize(Model.BODY_BYTES);
        assertThat(answer).contains("Content-Length: " + Model.BODY_BYTES + "\r\n");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
