package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountsTest {
    private static final String PAGE = """
            # HELP sluice_client_connections_ended_total Client connections that Sluice ended by itself, by cause.
            # TYPE sluice_client_connections_ended_total counter
            sluice_client_connections_ended_total{listener="web",cause="idle",} 1.0
            sluice_client_connections_ended_total{listener="web",cause="head",} 2000.0
            sluice_client_connections_ended_total{listener="admin",cause="head",} 3.0
            sluice_failures_total{route="",cause="request-head-timeout",side="client",} 2003.0
            sluice_accept_rests_total{listener="web",cause="connections",} 0.0
            sluice_pool_closed_total{upstream="a",endpoint="b",reason="idle",} 7.0
            """;

    @Test
    void addsUpWhatHasTheSameCause() {
        assertThat(Counts.read(PAGE).text())
                .isEqualTo("ended head 2003, ended idle 1, failures request-head-timeout 2003");
    }

    @Test
    void tellsOnlyWhatWasAdded() {
        Counts before = Counts.read(PAGE);

        assertThat(Counts.read(PAGE.replace("2000.0", "2010.0")).since(before).text())
                .isEqualTo("ended head 10");
        assertThat(Counts.read(PAGE).since(before).text()).isEqualTo("nothing");
    }
}
