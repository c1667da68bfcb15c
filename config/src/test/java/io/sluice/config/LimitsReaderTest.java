package io.sluice.config;

import static io.sluice.config.Configs.LISTENER;
import static io.sluice.config.Configs.assertProblems;
import static io.sluice.config.Configs.assertRouteProblems;
import static io.sluice.config.Configs.load;
import static io.sluice.config.Configs.route;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Guard;
import io.sluice.config.RouteConfig.Importance;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitsReaderTest {
    private static Network network(String address, int prefix) {
        return new Network(InetAddress.ofLiteral(address), prefix);
    }

    @Test
    void limitsTheProcessByDefault() {
        assertThat(load(LISTENER).limits())
                .isEqualTo(new ProcessLimits(
                        0,
                        100_000,
                        new ProcessLimits.Memory(85, 90, 95),
                        new ProcessLimits.Lag(Duration.ofMillis(500), Duration.ofSeconds(2))));
    }

    @Test
    void readsTheLimitsOfTheProcess() {
        ProcessLimits limits = load("""
                        limits: { connections: 5, exchanges: 6 }
                        overload: { memory: { low: 1, normal: 2, all: 3 }, lag: { low: 4ms, normal: 5ms } }
                        """ + LISTENER).limits();

        assertThat(limits)
                .isEqualTo(new ProcessLimits(
                        5,
                        6,
                        new ProcessLimits.Memory(1, 2, 3),
                        new ProcessLimits.Lag(Duration.ofMillis(4), Duration.ofMillis(5))));
    }

    @Test
    void switchesTheLimitsOfTheProcessOff() {
        String none = "limits: { connections: none, exchanges: off }\noverload: { memory: off, lag: none }\n";

        assertThat(load(none + LISTENER).limits()).isEqualTo(ProcessLimits.NONE);
    }

    @Test
    void raisesDefaultsToThatWhatIsBelowThem() {
        ProcessLimits limits = load("overload: { memory: { low: 97 }, lag: { low: 3s } }\n" + LISTENER)
                .limits();

        assertThat(limits.memory()).isEqualTo(new ProcessLimits.Memory(97, 97, 97));
        assertThat(limits.lag()).isEqualTo(new ProcessLimits.Lag(Duration.ofSeconds(3), Duration.ofSeconds(3)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            limits: { connections: §0 }                     | limits.connections: 0 (expected: 1..10000000, or none)
            limits: { exchanges: §many }                    | limits.exchanges: many (expected: a whole number, 1..10000000, or none)
            limits: { §requests: 5 }                        | limits: unknown key "requests" (the keys here are connections, exchanges)
            overload: { memory: §85 }                       | overload.memory: 85 (expected: keys and values: low, normal, all)
            overload: { memory: { low: §101 } }             | overload.memory.low: 101 (expected: 1..100)
            overload: { memory: { low: 80, §normal: 70 } }  | overload.memory.normal: 70 (expected: low, 80, or more)
            overload: { memory: { normal: 80, low: 10, §all: 70 } } | overload.memory.all: 70 (expected: normal, 80, or more)
            overload: { lag: { low: 1s, §normal: 500ms } }  | overload.lag.normal: 500ms (expected: not shorter than low)
            overload: { lag: { low: §0s } }                 | overload.lag.low: 0s (expected: > 0)
            """)
    void tellsWhatIsWrongWithTheProcess(String line, String problem) {
        assertProblems(line + "\n" + LISTENER, problem);
    }

    @Test
    void readsTheAddressesOfAListener() {
        ListenerConfig listener =
                load("listeners: { web: { bind: ':8080', allow: 10.0.0.0/8, deny: [10.1.0.0/16, '2001:db8::/32'] } }\n")
                        .listeners()
                        .get("web");

        assertThat(listener.clients())
                .isEqualTo(new ClientRules(
                        List.of(network("10.0.0.0", 8)), List.of(network("10.1.0.0", 16), network("2001:db8::", 32))));
    }

    @Test
    void readsTheGuardOfARoute() {
        RouteConfig route = route("""
                to: app
                importance: low
                allow: 10.0.0.0/8
                deny: 10.0.0.1
                limits: { exchanges: 7 }
                rateLimit: { requests: 5, per: 1m, burst: 8, by: 'header:X-Api-Key', keys: 9 }
                """);

        assertThat(route.guard())
                .isEqualTo(new Guard(
                        Importance.LOW,
                        7,
                        new ClientRules(List.of(network("10.0.0.0", 8)), List.of(network("10.0.0.1", 32))),
                        new RateConfig(5, Duration.ofMinutes(1), 8, new RateConfig.By.Header("X-Api-Key"), 9)));
    }

    @Test
    void fillsInDefaultsOfARate() {
        assertThat(route("to: app\nrateLimit: { requests: 5 }").guard().rate())
                .isEqualTo(new RateConfig(5, Duration.ofSeconds(1), 5, new RateConfig.By.Client(), 100_000));
        assertThat(route("to: app\nrateLimit: { requests: 5, by: route }")
                        .guard()
                        .rate())
                .isEqualTo(new RateConfig(5, Duration.ofSeconds(1), 5, new RateConfig.By.Route(), 100_000));
        assertThat(route("to: app\nrateLimit:").guard()).isEqualTo(Guard.NONE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            importance: §urgent                       | importance: urgent (expected: one of low, normal, high)
            limits: { exchanges: §0 }                 | limits.exchanges: 0 (expected: 1..10000000, or none)
            allow: §example.com                       | allow: example.com (expected: a network such as 10.0.0.0/8 or an address)
            deny: §10.0.0.1/8                         | deny: 10.0.0.1/8 (expected: no bits after the prefix) (did you mean 10.0.0.0/8?)
            rateLimit: §5                             | rateLimit: 5 (expected: keys and values: requests, per, burst, by, keys)
            §rateLimit: { per: 1s }                   | rateLimit.requests: missing (expected: a whole number, 1..1000000)
            rateLimit: { requests: §0 }               | rateLimit.requests: 0 (expected: 1..1000000)
            rateLimit: { requests: 1, burst: §0 }     | rateLimit.burst: 0 (expected: 1..1000000)
            rateLimit: { requests: 1, per: §1 }       | rateLimit.per: 1 (expected: a duration such as 250ms, 10s, 5m, 1h) (did you mean 1s?)
            rateLimit: { requests: 1, burst: 3, §per: 4000h } | rateLimit.per: 3 requests at 1 per 14400000000ms (expected: a burst that comes back within 8760h, a year)
            rateLimit: { requests: 1, by: §address }  | rateLimit.by: address (expected: client, route, or header:NAME)
            rateLimit: { requests: 1, by: §'header:' } | rateLimit.by: header: (expected: a header name such as x-request-id)
            rateLimit: { requests: 1, keys: §0 }      | rateLimit.keys: 0 (expected: 1..10000000)
            """)
    void tellsWhatIsWrongWithARoute(String line, String problem) {
        assertRouteProblems("to: app\n" + line, "routes[0]." + problem);
    }

    @Test
    void tellsOfANetworkThatIsInBothLists() {
        assertRouteProblems(
                "to: app\nallow: [10.0.0.0/8, 10.1.0.0/16]\n§deny: 10.1.0.0/16",
                "routes[0].deny: 10.1.0.0/16 (expected: not in allow too)");
    }
}
