package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestIdsTest {

    @Test
    void countsInHexadecimal() {
        RequestIds ids = new RequestIds();
        Set<String> seen = new HashSet<>();
        String last = "";
        for (int i = 1; i <= 5000; i++) {
            last = next(ids);
            assertThat(last).endsWith("%016x".formatted(i));
            seen.add(last);
        }
        assertThat(seen).hasSize(5000);
    }

    @Test
    void differsFromMakerToMaker() {
        assertThat(next(new RequestIds())).isNotEqualTo(next(new RequestIds()));
    }

    private static String next(RequestIds ids) {
        Head head = Messages.request(Messages.get(""));
        ids.add(head);
        return head.first(Name.X_REQUEST_ID);
    }
}
