package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RouteConfig.Field;
import io.sluice.config.RouteConfig.HeaderEdits;
import io.sluice.http.Head;
import io.sluice.http.Peer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FieldEditsTest {

    @Test
    void removesWhateverTheCase() {
        assertThat(edited(
                        edits(List.of(), List.of(), List.of("X-A", "cookie")),
                        "x-a: 1",
                        "X-a: 2",
                        "Cookie: c",
                        "X-B: 3"))
                .containsExactly("Host: h", "X-B: 3");
    }

    @Test
    void replacesAllFieldsThatItSets() {
        assertThat(edited(edits(List.of(new Field("X-A", "new")), List.of(), List.of()), "x-a: 1", "X-B: 2", "x-A: 3"))
                .containsExactly("Host: h", "X-B: 2", "X-A: new");
    }

    @Test
    void addsToWhatIsThere() {
        assertThat(edited(edits(List.of(), List.of(new Field("X-A", "2")), List.of()), "x-a: 1"))
                .containsExactly("Host: h", "x-a: 1", "X-A: 2");
    }

    @Test
    void removesFirstThenSetsThenAdds() {
        HeaderEdits all = edits(List.of(new Field("X-A", "set")), List.of(new Field("x-a", "added")), List.of("x-A"));

        assertThat(edited(all, "X-A: old")).containsExactly("Host: h", "X-A: set", "x-a: added");
    }

    @Test
    void setsFieldsThatTheGatewayKnows() {
        assertThat(edited(
                        edits(List.of(new Field("host", "inner.test")), List.of(), List.of("user-agent")),
                        "User-Agent: x"))
                .containsExactly("host: inner.test");
    }

    @Test
    void sendsTextBeyondAsciiAsUtf8() {
        Head head = Requests.get("http://h/");
        apply(edits(List.of(new Field("X-A", "\u20ac")), List.of(), List.of()), head);

        assertThat(head.value(head.find("x-a", 0))).isEqualTo("\u00e2\u0082\u00ac");
    }

    @Test
    void isEmptyWithoutEdits() {
        assertThat(of(HeaderEdits.NONE).isEmpty()).isTrue();
        assertThat(of(edits(List.of(), List.of(), List.of("a"))).isEmpty()).isFalse();
    }

    private static FieldEdits of(HeaderEdits edits) {
        return FieldEdits.of(edits, new PathMatch.Any(), "route");
    }

    private static void apply(HeaderEdits edits, Head head) {
        Peer peer = Peer.of(new InetSocketAddress(Requests.CLIENT, 1), false);
        of(edits).apply(head, head, peer, Requests.CLIENT);
    }

    private static HeaderEdits edits(List<Field> set, List<Field> add, List<String> remove) {
        return new HeaderEdits(set, add, remove);
    }

    private static List<String> edited(HeaderEdits edits, String... fields) {
        Head head = Requests.get("http://h/", fields);
        apply(edits, head);
        List<String> left = new ArrayList<>();
        for (int field = 0; field < head.fields(); field++) {
            if (!head.dropped(field)) {
                left.add(head.nameText(field) + ": " + head.value(field));
            }
        }
        return left;
    }
}
