package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Keep-Alive: timeout}, as servers write it. */
final class KeepAliveTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=5                  | 5",
                "timeout=5, max=100         | 5",
                "max=100, timeout=15        | 15",
                "max=100,timeout=15         | 15",
                "Timeout = 60               | 60",
                "timeout=0                  | 0",
                "timeout=007                | 7",
                "timeout=999999999999999999 | 86400",
                "max=7                      | -1",
                "timeout                    | -1",
                "timeout=                   | -1",
                "timeout=-1                 | -1",
                "timeout=5s                 | -1",
                "timeouts=5                 | -1",
                "x-timeout=5                | -1",
                ",,timeout=3                | 3",
                "300                        | -1"
            })
    void readsTheTimeout(String value, int seconds) {
        assertThat(KeepAlive.timeoutSeconds(Messages.response(Messages.ok("Keep-Alive: " + value + "\r\n"))))
                .isEqualTo(seconds);
    }

    @Test
    void knowsThatNothingWasSaid() {
        assertThat(KeepAlive.timeoutSeconds(Messages.response(Messages.ok("Content-Length: 0\r\n"))))
                .isEqualTo(KeepAlive.UNSAID);
    }
}
