package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.assertRouteProblems;
import static io.sluice.config.Configs.load;
import static io.sluice.config.Configs.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.AccessLogConfig.Field;
import io.sluice.config.AccessLogConfig.Format;
import io.sluice.config.AccessLogConfig.Off;
import io.sluice.config.AccessLogConfig.On;
import io.sluice.config.AccessLogConfig.Sampling;
import io.sluice.config.AccessLogConfig.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessLogReaderTest {
    @Test
    void readsWordsAndPaths() {
        assertThat(log("off")).isEqualTo(new Off());
        assertThat(log("stdout")).isEqualTo(On.json(new Target.Stdout()));
        assertThat(log("./access.log")).isEqualTo(On.json(new Target.File("./access.log")));
    }

    @Test
    void fillsInDefaultsOfTheSection() {
        assertThat(log("{ to: stdout }")).isEqualTo(log("stdout"));
        assertThat(log("{ to: off, format: combined }")).isEqualTo(new Off());
    }

    @Test
    void readsEveryKeyOfTheSection() {
        assertThat(log("""
                { to: /var/log/a.log, format: combined, fields: [durationMs, requestId, durationMs],
                  sample: 0.05, failures: false }"""))
                .isEqualTo(new On(
                        new Target.File("/var/log/a.log"),
                        Format.COMBINED,
                        List.of(Field.DURATION, Field.REQUEST_ID),
                        new Sampling(0.05, false)));
    }

    @Test
    void readsWhichExchangesOfARouteAreLogged() {
        assertThat(route("to: app").log()).isNull();
        assertThat(route("to: app\nlog: {}").log()).isNull();
        assertThat(route("to: app\nlog: off").log()).isEqualTo(Sampling.NONE);
        assertThat(route("to: app\nlog: { sample: 0 }").log()).isEqualTo(new Sampling(0, true));
        assertThat(route("to: app\nlog: { sample: 1.0, failures: false }").log())
                .isEqualTo(new Sampling(1, false));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            accessLog: §{ format: json }                      | accessLog.to: missing (expected: off, stdout, or the path of a file, with a / in it)
            accessLog: { to: §stdot }                         | accessLog.to: stdot (expected: off, stdout, or the path of a file, with a / in it) (did you mean "stdout"?)
            accessLog: { to: stdout, format: §jsn }           | accessLog.format: jsn (expected: one of json, combined) (did you mean "json"?)
            accessLog: { to: stdout, sample: §1% }            | accessLog.sample: 1% (expected: a number from 0 to 1, such as 0.01)
            accessLog: { to: stdout, sample: §-0.1 }          | accessLog.sample: -0.1 (expected: a number from 0 to 1, such as 0.01)
            accessLog: { to: stdout, sample: §1.1 }           | accessLog.sample: 1.1 (expected: a number from 0 to 1, such as 0.01)
            accessLog: { to: stdout, failures: §all }         | accessLog.failures: all (expected: one of true, false)
            accessLog: { to: stdout, §path: /a }              | accessLog: unknown key "path" (the keys here are to, format, fields, sample, failures)
            accessLog: { to: stdout, §fields: route }         | accessLog.fields: with format json (expected: with format combined) (lines of JSON have all fields)
            accessLog: §[stdout]                              | accessLog: a list (expected: off, stdout, or the path of a file, with a / in it)
            """)
    void tellsWhatIsWrong(String line, String message) {
        assertProblems(place(line), message);
    }

    /** A missing key is told where the section's key is. */
    private static String place(String line) {
        return LISTENER + (line.contains("§{") ? "§" + line.replace("§", "") : line);
    }

    @Test
    void tellsOfAFieldThatThereIsNot() {
        assertProblems(
                LISTENER + "accessLog: { to: stdout, format: combined, fields: [§durationms] }",
                "accessLog.fields[0]: durationms (expected: one of requestId, traceId, listener, client, method, host,"
                        + " path, route, status, failure, upstream, endpoint, attempts, reused, requestBytes,"
                        + " responseBytes, durationMs, queueMs, connectMs, firstByteMs, config)"
                        + " (did you mean \"durationMs\"?)");
    }

    @Test
    void tellsWhatIsWrongInARoute() {
        assertRouteProblems(
                "to: app\nlog: §none", "routes[0].log: none (expected: off, or keys and values: sample, failures)");
        assertRouteProblems(
                "to: app\nlog: { §share: 1 }",
                "routes[0].log: unknown key \"share\" (the keys here are sample, failures)");
    }

    private static AccessLogConfig log(String value) {
        return load(LISTENER + "accessLog: " + value).accessLog();
    }
}
