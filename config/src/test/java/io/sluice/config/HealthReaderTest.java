package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.load;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HealthConfig.Check;
import io.sluice.config.HealthConfig.Ejection;
import io.sluice.config.HealthConfig.Http;
import io.sluice.config.HealthConfig.Retries;
import io.sluice.config.HealthConfig.Statuses;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthReaderTest {
    private static HealthConfig health(String keys) {
        return load(LISTENER + "upstreams: { app: { endpoints: ['a:1'], " + keys + " } }")
                .upstreams()
                .get("app")
                .health();
    }

    @Test
    void hasNoChecksUnlessAskedFor() {
        assertThat(health("")).isEqualTo(HealthConfig.USUAL);
        assertThat(health("health: {}, ejection: {}, retries: {}")).isEqualTo(HealthConfig.USUAL);
    }

    @Test
    void fillsInDefaultsOfAnHttpCheck() {
        assertThat(health("health: { path: /healthz }").check())
                .isEqualTo(new Check(
                        new Http("GET", "/healthz", null, List.of(new Statuses(200, 399)), null),
                        0,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        2,
                        3,
                        false));
    }

    @Test
    void readsEveryKeyOfAnHttpCheck() {
        String keys = "health: { path: '/up?deep=1', interval: 1s, timeout: 200ms, healthyAfter: 4, unhealthyAfter: 5,"
                + " status: [204, 301-302], body: fine, host: 'app.internal:80', method: POST, port: 81, required: true }";

        assertThat(health(keys).check())
                .isEqualTo(new Check(
                        new Http(
                                "POST",
                                "/up?deep=1",
                                "app.internal:80",
                                List.of(new Statuses(204, 204), new Statuses(301, 302)),
                                "fine"),
                        81,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(200),
                        4,
                        5,
                        true));
    }

    @Test
    void readsACheckThatOnlyConnects() {
        assertThat(health("health: { tcp: true, port: 82 }").check())
                .isEqualTo(new Check(null, 82, Duration.ofSeconds(5), Duration.ofSeconds(2), 2, 3, false));
    }

    @Test
    void readsEveryKeyOfEjection() {
        String keys = "ejection: { failures: 3, serverErrors: true, errorRate: 30%, window: 20s, minRequests: 7,"
                + " time: 2s, maxTime: 9s, maxEjected: 40% }";

        assertThat(health(keys).ejection())
                .isEqualTo(new Ejection(
                        3, true, 30, Duration.ofSeconds(20), 7, Duration.ofSeconds(2), Duration.ofSeconds(9), 40));
    }

    @Test
    void ejectsForNothingIfToldSo() {
        Ejection ejection =
                health("ejection: { failures: none, errorRate: off }").ejection();

        assertThat(ejection.failures()).isZero();
        assertThat(ejection.errorRate()).isZero();
    }

    @Test
    void raisesTheLongestEjectionWithTheFirst() {
        assertThat(health("ejection: { time: 1h }").ejection().maxTime()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void readsTheOtherKeys() {
        HealthConfig health = health("panic: 0%, slowStart: none, retries: { attempts: 1, budget: 0%, perSecond: 0 }");

        assertThat(health.panic()).isZero();
        assertThat(health.slowStart()).isZero();
        assertThat(health.retries()).isEqualTo(new Retries(1, 0, 0));
    }

    @Test
    void readsBackups() {
        assertThat(load(LISTENER + "upstreams: { app: { endpoints: ['a:1', { address: 'b:1', backup: true }] } }")
                        .upstreams()
                        .get("app")
                        .endpoints())
                .extracting(UpstreamConfig.Endpoint::backup)
                .containsExactly(false, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            §health: { interval: 1s }          | health.path: missing (expected: a path such as /healthz, with or without a query, or tcp: true)
            health: §on                        | health: on (expected: keys and values: path, tcp, interval, timeout, healthyAfter, unhealthyAfter, required, status, body, host, method, port)
            health: { path: §healthz }         | health.path: healthz (expected: a path such as /healthz, with or without a query)
            health: { path: §'/a b' }          | health.path: "/a b" (expected: a path such as /healthz, with or without a query)
            health: { path: /, interval: §50ms } | health.interval: 50ms (expected: at least 100ms)
            health: { path: /, timeout: §0s }  | health.timeout: 0s (expected: > 0)
            health: { path: /, healthyAfter: §0 } | health.healthyAfter: 0 (expected: 1..100)
            health: { path: /, status: §ok }   | health.status: ok (expected: a status or a range such as 200-399)
            health: { path: /, status: §399-200 } | health.status: 399-200 (expected: 200..599, the lower one first)
            health: { path: /, status: §100 }  | health.status: 100 (expected: 200..599, the lower one first)
            health: { path: /, body: §'' }     | health.body: "" (expected: a text of 1..1024 characters)
            health: { path: /, host: §'a b' }  | health.host: "a b" (expected: a host, with or without a port)
            health: { path: /, method: §get }  | health.method: get (expected: a method in upper case) (did you mean GET?)
            health: { path: /, §method: CONNECT } | health.method: CONNECT (expected: a method such as GET)
            health: { path: /, method: HEAD, §body: x } | health.body: beside method: HEAD (expected: none, the answer has none)
            health: { path: /, port: §0 }      | health.port: 0 (expected: 1..65535)
            health: { path: /, tcp: §1 }       | health.tcp: 1 (expected: one of true, false)
            health: { tcp: true, §path: / }    | health.path: beside tcp (expected: none, only a connection is made)
            ejection: { failures: §0 }         | ejection.failures: 0 (expected: 1..10000, or none)
            ejection: { errorRate: §50 }       | ejection.errorRate: 50 (expected: a percentage such as 20%, or none) (did you mean 50%?)
            ejection: { errorRate: §0% }       | ejection.errorRate: 0% (expected: 1%..100%, or none)
            ejection: { window: §500ms }       | ejection.window: 500ms (expected: a duration of whole seconds, 1s..60s)
            ejection: { time: 10s, §maxTime: 5s } | ejection.maxTime: less than time (expected: as long or longer)
            ejection: { maxEjected: §101% }    | ejection.maxEjected: 101% (expected: 1%..100%)
            panic: §half                       | panic: half (expected: a percentage such as 20%)
            slowStart: §0s                     | slowStart: 0s (expected: > 0, or none)
            retries: { attempts: §0 }          | retries.attempts: 0 (expected: 1..10)
            retries: { budget: §120% }         | retries.budget: 120% (expected: 0%..100%)
            retries: { perSecond: §-1 }        | retries.perSecond: -1 (expected: 0..100000)
            """)
    void tellsWhatIsWrong(String keys, String message) {
        assertProblems(
                LISTENER + "upstreams: { app: { endpoints: ['a:1'], " + keys + " } }", "upstreams.app." + message);
    }
}
