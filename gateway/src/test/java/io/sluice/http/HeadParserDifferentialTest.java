package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is accepted, Netty's decoder must read with the same fields, the same body and the same end. */
class HeadParserDifferentialTest {
    private static final int MESSAGES = 20_000;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void agreesWithNettyOnWhateverItAccepts(boolean request) {
        Invented invented = new Invented(20260727);
        int complete = 0;
        int refused = 0;
        for (int i = 0; i < MESSAGES; i++) {
            byte[] bytes = invented.message(request);
            Reading reading = check(request, bytes);
            complete += reading.isComplete() ? 1 : 0;
            refused += reading.isRefused() ? 1 : 0;
        }
        assertThat(complete).isGreaterThan(MESSAGES / 5);
        assertThat(refused).isGreaterThan(MESSAGES / 5);
    }

    @Test
    void agreesWithNettyOnEveryShortChunkLine() {
        String alphabet = "1a;=\" \\,";
        int complete = 0;
        for (int code = 1; code < 1 << 18; code++) {
            StringBuilder line = new StringBuilder("1");
            for (int rest = code; rest > 0; rest >>= 3) {
                line.append(alphabet.charAt(rest & 7));
            }
            String text = Messages.get("Transfer-Encoding: chunked\r\n") + line + "\r\na\r\n0\r\n\r\n";
            complete += check(true, Head.ascii(text)).isComplete() ? 1 : 0;
        }
        assertThat(complete).isGreaterThan(300);
    }

    private static Reading check(boolean request, byte[] bytes) {
        try {
            return Agreement.check(request, bytes);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("for these bytes:\n" + new String(bytes, StandardCharsets.ISO_8859_1), e);
        }
    }
}
