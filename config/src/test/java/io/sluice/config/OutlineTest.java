package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.config.Outline.Kind;
import io.sluice.config.OutlineChange.Became;
import io.sluice.config.OutlineChange.Field;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutlineTest {
    private static final String TEXT = """
            admin: { bind: '127.0.0.1:9900', token: '${file:token}' }
            listeners:
              web: { bind: ':80', timeouts: { idle: 1m } }
            upstreams:
              app: { endpoints: [ '10.0.0.1:80', { address: '10.0.0.2:80', weight: 2 } ] }
            routes:
              - { name: a, match: { path: /a }, to: app }
              - { name: b, match: { path: /b }, to: app, requestHeaders: { set: { authorization: 'Basic abc', x-a: '${A}' } } }
              - { name: c, to: app }
            """;

    private static Outline of(String... texts) {
        return Outline.of(List.of(texts));
    }

    private static Map<String, String> fields(Outline outline, Kind kind, String name) {
        return outline.parts().getOrDefault(new Outline.Part(kind, name), Map.of());
    }

    private static List<OutlineChange> changes(String to) {
        return OutlineChange.between(of(TEXT), of(to));
    }

    @Test
    void hasAllPartsWithTheirValuesAsTheyAreWritten() {
        Outline outline = of(TEXT);

        assertThat(fields(outline, Kind.LISTENER, "web"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("bind", ":80", "timeouts.idle", "1m"));
        assertThat(fields(outline, Kind.UPSTREAM, "app"))
                .containsEntry("endpoints", "[10.0.0.1:80, {address: 10.0.0.2:80, weight: 2}]");
        assertThat(fields(outline, Kind.ROUTE, "a")).isEqualTo(Map.of("match.path", "/a", "to", "app"));
        assertThat(fields(outline, Kind.SETTING, "admin")).containsEntry("admin.token", "${file:token}");
    }

    @Test
    void tellsNoSecretsButWhereTheyComeFrom() {
        assertThat(fields(of(TEXT), Kind.ROUTE, "b"))
                .containsEntry("requestHeaders.set.authorization", "***")
                .containsEntry("requestHeaders.set.x-a", "${A}");
        String mixed = "routes: [ { name: a, match: { headers: { x-api-key: 'k-${KEY}-2' } } } ]";
        assertThat(fields(of(mixed), Kind.ROUTE, "a")).containsEntry("match.headers.x-api-key", "***${KEY}");
    }

    @Test
    void goesOnInIncludedFilesAndPassesOverWhatIsNoYaml() {
        Outline outline = of(TEXT, "routes: [ { name: d, to: app } ]", "routes: [", "");

        assertThat(fields(outline, Kind.ROUTE, "d")).isEqualTo(Map.of("to", "app"));
        assertThat(fields(outline, Kind.ROUTE, "a")).isNotEmpty();
    }

    @Test
    void saysWhatWasAddedRemovedAndChanged() {
        List<OutlineChange> changes = changes(TEXT.replace("/a", "/aa")
                .replace("name: b", "name: bb")
                .replace("idle: 1m", "head: 1s")
                .replace("admin:", "threads: 2\nadmin:"));

        assertThat(changes)
                .extracting(change -> change.part().name(), OutlineChange::type)
                .containsExactlyInAnyOrder(
                        tuple("b", Became.REMOVED),
                        tuple("threads", Became.ADDED),
                        tuple("web", Became.CHANGED),
                        tuple("a", Became.CHANGED),
                        tuple("bb", Became.ADDED));
        assertThat(changes)
                .filteredOn(change -> change.part().name().equals("web"))
                .flatExtracting(OutlineChange::fields)
                .containsExactly(new Field("timeouts.head", null, "1s"), new Field("timeouts.idle", "1m", null));
        assertThat(OutlineChange.summary(changes))
                .isEqualTo("1 route added, 1 route removed, 1 route changed, 1 listener changed, 1 setting added");
    }

    @Test
    void doesNotMindStyleAndComments() {
        assertThat(changes(TEXT.replace("{ name: a, match: { path: /a }, to: app }", """
                name: a  # the first
                    to: "app"
                    match:
                      path: '/a'
                """)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'a b c d', 'a b c d', ''", "'a b c d', 'd a b c', 'd'", "'a b c d', 'b x a d', 'b'", "'a', '', ''"})
    void findsTheFewestThatHaveMoved(String before, String after, String moved) {
        assertThat(String.join(" ", OutlineChange.moved(List.of(before.split(" ", -1)), List.of(after.split(" ", -1)))))
                .isEqualTo(moved);
    }

    @Test
    void knowsWhetherATextRefersToWhatAnotherDoesNot() {
        assertThat(of(TEXT).refersToNoMoreThan(of(TEXT))).isTrue();
        assertThat(of(TEXT.replace("/a", "/z").replace("Basic", "basic")).refersToNoMoreThan(of(TEXT)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "to: app }|to: app, rewrite: { path: '/${file:token}' } }",
                "x-a: '${A}'|x-b: '${A}'",
                "x-a: '${A}'|x-a: '${B}'",
                "authorization: 'Basic abc'|authorization: 'Basic ${file:token}'",
                "name: a|name: 'a-${A}'",
                "bind: ':80'|bind: ':80', tls: { certificates: { certificate: /etc/x.pem } }",
                "admin:|include: /etc\nadmin:",
                "admin:|accessLog: /etc/shadow\nadmin:"
            })
    void noticesEachFurtherReference(String edit) {
        String[] sides = edit.split("\\|", -1);

        assertThat(of(TEXT.replace(sides[0], sides[1])).refersToNoMoreThan(of(TEXT)))
                .isFalse();
    }
}
