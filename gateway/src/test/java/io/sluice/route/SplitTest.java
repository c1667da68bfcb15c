package io.sluice.route;

import static io.sluice.route.Rows.route;
import static io.sluice.route.Rows.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.config.RouteConfig;
import io.sluice.config.RouteConfig.Share;
import io.sluice.http.Head;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SplitTest {
    private static final int KEYS = 20_000;
    private static final RouteConfig.Key BY_USER = new RouteConfig.Key.Header("X-User");

    @Test
    void spreadsByWeight() {
        Split split = split(null, share("a", 3), share("b", 1), share("none", 0));
        Map<String, Integer> counts = new HashMap<>();
        Head head = Requests.get("http://h/");
        for (int i = 0; i < KEYS; i++) {
            counts.merge(split.choose(head, Requests.CLIENT).name(), 1, Integer::sum);
        }

        assertThat(counts).containsOnlyKeys("a", "b");
        assertThat(counts.get("a")).isCloseTo(KEYS * 3 / 4, within(KEYS / 20));
    }

    @Test
    void spreadsKeysByWeight() {
        Map<String, Long> counts = new HashMap<>();
        sides(split(BY_USER, share("a", 1), share("b", 2), share("c", 7)))
                .forEach(side -> counts.merge(side, 1L, Long::sum));

        assertThat(counts.get("a")).isCloseTo(KEYS / 10, within(KEYS / 50L));
        assertThat(counts.get("b")).isCloseTo(KEYS / 5, within(KEYS / 50L));
        assertThat(counts.get("c")).isCloseTo(KEYS * 7L / 10, within(KEYS / 50L));
    }

    @Test
    void keepsAKeyOnItsSideInWhateverOrderTheSharesStand() {
        assertThat(sides(split(BY_USER, share("a", 1), share("b", 2), share("c", 7))))
                .isEqualTo(sides(split(BY_USER, share("c", 7), share("a", 1), share("b", 2))));
    }

    @Test
    void choosesTheSameSideInEveryVersion() {
        Split split = split(BY_USER, share("orders", 50), share("orders-next", 50));
        StringBuilder sides = new StringBuilder();
        for (int i = 0; i < 24; i++) {
            String name = split.choose(user("user-" + i), Requests.CLIENT).name();
            sides.append(name.equals("orders") ? 'o' : 'n');
        }

        // a change here sends users of a running system to the other side
        assertThat(sides).hasToString("noonnnonnoonoooonnonnnno");
    }

    @Test
    void movesOnlyAsManyKeysAsAShareGrows() {
        List<String> before = sides(split(BY_USER, share("a", 90), share("b", 5), share("c", 5)));
        List<String> after = sides(split(BY_USER, share("a", 80), share("b", 15), share("c", 5)));
        int toB = 0;
        for (int i = 0; i < KEYS; i++) {
            String was = before.get(i);
            String is = after.get(i);
            if (!was.equals(is)) {
                // a only gives, b only takes; c may do both, since the two are drawn anew against it
                assertThat(was + is).isIn("ab", "cb", "ac");
                toB += is.equals("b") ? 1 : 0;
            }
        }
        assertThat(toB).isCloseTo(KEYS / 10, within(KEYS / 50));
    }

    @Test
    void movesNoKeyBetweenOthersWhenAShareAppears() {
        List<String> before = sides(split(BY_USER, share("a", 50), share("b", 50)));
        List<String> after = sides(split(BY_USER, share("a", 50), share("b", 50), share("c", 10)));
        for (int i = 0; i < KEYS; i++) {
            assertThat(after.get(i)).isIn(before.get(i), "c");
        }
    }

    @Test
    void movesOnlyFromAShareThatIsTakenOut() {
        List<String> before = sides(split(BY_USER, share("a", 50), share("b", 50), share("c", 10)));
        List<String> after = sides(split(BY_USER, share("a", 50), share("b", 50), share("c", 0)));
        for (int i = 0; i < KEYS; i++) {
            assertThat(before.get(i)).isIn(after.get(i), "c");
        }
    }

    @Test
    void staysWithTheClient() {
        Split split = split(new RouteConfig.Key.Client(), share("a", 1), share("b", 1));

        assertSettled(split, Requests.get("http://h/"), true);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 250; i++) {
            counts.merge(
                    split.choose(Requests.get("http://h/"), Requests.address("10.0.0." + i))
                            .name(),
                    1,
                    Integer::sum);
        }
        assertThat(counts.get("a")).isBetween(75, 175);
    }

    @Test
    void staysWithACookie() {
        Split split = split(new RouteConfig.Key.Cookie("id"), share("a", 1), share("b", 1));
        Split byHeader = split(BY_USER, share("a", 1), share("b", 1));

        assertSettled(split, Requests.get("http://h/", "Cookie: a=b; id=7; c=d"), true);
        assertSettled(split, Requests.get("http://h/", "Cookie: a=b", "Cookie: id=7"), true);
        assertSettled(split, Requests.get("http://h/", "Cookie: xid=7; ID=7; idx=7"), false);
        assertSettled(split, Requests.get("http://h/", "Cookie: id="), false);
        for (int i = 0; i < 50; i++) {
            assertThat(split.choose(Requests.get("http://h/", "Cookie: x=y; id=" + i), Requests.CLIENT))
                    .extracting("config.name")
                    .isEqualTo(byHeader.choose(user("" + i), Requests.CLIENT).name());
        }
    }

    @Test
    void staysWithAQueryParameter() {
        Split split = split(new RouteConfig.Key.Query("id"), share("a", 1), share("b", 1));

        assertSettled(split, Requests.get("http://h/?x=1&id=7"), true);
        assertSettled(split, Requests.get("http://h/?x=1"), false);
    }

    @Test
    void leavesARequestWithoutKeyToChance() {
        Split split = split(BY_USER, share("a", 1), share("b", 1));

        assertSettled(split, user("7"), true);
        assertSettled(split, Requests.get("http://h/"), false);
    }

    private static void assertSettled(Split split, Head head, boolean settled) {
        assertThat(split.isSettled(head, Requests.CLIENT)).isEqualTo(settled);
        long sides = Stream.generate(() -> split.choose(head, Requests.CLIENT))
                .limit(100)
                .distinct()
                .count();
        assertThat(sides).isEqualTo(settled ? 1 : 2);
    }

    private static Head user(String user) {
        return Requests.get("http://h/", "X-User: " + user);
    }

    private static List<String> sides(Split split) {
        return IntStream.range(0, KEYS)
                .mapToObj(i -> split.choose(user("user-" + i), Requests.CLIENT).name())
                .toList();
    }

    private static Share share(String upstream, int weight) {
        return new Share(upstream, weight);
    }

    private static Split split(RouteConfig.Key by, Share... shares) {
        Rows row = route("r").action(new RouteConfig.Action.Split(List.of(shares), by));
        return (Split) table(row).routes().getFirst().action();
    }
}
