package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.IncludedFile.State;
import io.sluice.config.RouteConfig.Action;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that a config includes. */
class IncludeTest {
    private static final String MAIN = Configs.LISTENER + Configs.UPSTREAMS + "include: routes.d\n";

    @TempDir
    Path folder;

    private Path main;

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectory(folder.resolve("routes.d"));
        main = write("sluice.yaml", MAIN);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path routes(String name, String... routes) throws IOException {
        StringBuilder text = new StringBuilder("routes:\n");
        for (String route : routes) {
            text.append("  - { name: ").append(route).append(", to: app }\n");
        }
        return write("routes.d/" + name, text.toString());
    }

    private LoadResult.Loaded load() {
        return loaded(ConfigReader.read(main, Map.of()));
    }

    private LoadResult.Loaded reload(LoadResult.Loaded before) {
        return loaded(ConfigReader.reread(main, Map.of(), before.lastGood()));
    }

    private static LoadResult.Loaded loaded(LoadResult result) {
        assertThat(result).isInstanceOf(LoadResult.Loaded.class);
        return (LoadResult.Loaded) result;
    }

    private static List<String> problems(LoadResult result) {
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        return ((LoadResult.Rejected) result)
                .problems().stream().map(Problem::toString).toList();
    }

    private static List<String> names(LoadResult.Loaded loaded) {
        return loaded.config().routes().stream().map(RouteConfig::name).toList();
    }

    private static List<State> states(LoadResult.Loaded loaded) {
        return loaded.included().stream().map(IncludedFile::state).toList();
    }

    // ---- which files

    @Test
    void readsThemByNameAfterItsOwnRoutes() throws IOException {
        write("sluice.yaml", MAIN + "routes: [{ name: own, to: app }]\n");
        routes("20-b.yaml", "b1", "b2");
        routes("10-a.yml", "a");
        routes(".hidden.yaml", "hidden");
        routes("c.yaml.bak", "backup");
        Files.createDirectory(folder.resolve("routes.d/folder.yaml"));

        LoadResult.Loaded loaded = load();

        assertThat(names(loaded)).containsExactly("own", "a", "b1", "b2");
        assertThat(loaded.text()).startsWith(MAIN);
        assertThat(loaded.included())
                .extracting(IncludedFile::file)
                .containsExactly(
                        folder.resolve("routes.d/10-a.yml").toString(),
                        folder.resolve("routes.d/20-b.yaml").toString());
        assertThat(states(loaded)).containsOnly(State.CURRENT);
        assertThat(loaded.included().getFirst().text()).contains("name: a");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            routes.d/*.yaml                          | [a, b, c1]
            ./routes.d/?.yaml                        | [a, b]
            routes.d/b.yaml                          | [b]
            "[routes.d/c*.yaml, routes.d/*.yaml]"    | [c1, a, b]
            "[routes.d/b.yaml, routes.d]"            | [b, a, c1]
            routes.d/x*                              | []
            """)
    void readsThoseThatAreNamed(String include, String expected) throws IOException {
        write("sluice.yaml", MAIN.replace("routes.d", include.replace("\"", "")));
        routes("a.yaml", "a");
        routes("b.yaml", "b");
        routes("c1.yaml", "c1");

        assertThat(names(load())).hasToString(expected);
    }

    @Test
    void doesNotIncludeItself() throws IOException {
        write("sluice.yaml", MAIN.replace("routes.d", "'*.yaml'"));
        write("more.yaml", "routes: [{ name: more, to: app }]");

        assertThat(names(load())).containsExactly("more");
        assertThat(ConfigReader.read("sluice.yaml", Files.readString(main), folder, Map.of()))
                .isInstanceOf(LoadResult.Loaded.class);
    }

    @Test
    void takesUpstreamsFromThemForAllRoutes() throws IOException {
        write("sluice.yaml", MAIN + "routes: [{ name: own, to: more }]\n");
        write("routes.d/a.yaml", "routes: [{ name: a, to: app }, { name: b, to: more }]");
        write("routes.d/b.yaml", "upstreams: { more: { endpoints: [\"127.0.0.1:1\"] } }");
        write("routes.d/c.yaml", "# nothing yet\n");

        GatewayConfig config = load().config();

        assertThat(config.upstreams().keySet()).containsExactly("app", "other", "more");
        assertThat(config.routes())
                .extracting(RouteConfig::action)
                .containsExactly(new Action.Forward("more"), new Action.Forward("app"), new Action.Forward("more"));
    }

    @Test
    void takesWhatTheyReferToFromTheirOwnFolder() throws IOException {
        write("routes.d/body.txt", "from the file\n");
        write("routes.d/a.yaml", "routes: [{ name: a, respond: { status: 200, body: \"${file:body.txt}\" } }]");

        assertThat(load().config().routes().getFirst().action())
                .isEqualTo(new Action.Respond(200, "text/plain; charset=utf-8", "from the file"));
    }

    @Test
    void tellsWhereFilesAreToBeLookedFor() throws IOException {
        Path a = routes("a.yaml", "a");
        routes("b.txt", "b");
        Included included = ConfigReader.included(main, MAIN, Map.of());

        assertThat(included.files()).containsExactly(a);
        assertThat(included.folders()).isEqualTo(Map.of(folder.resolve("routes.d"), java.util.Set.of("a.yaml")));
        assertThat(ConfigReader.included(main, "include: [", Map.of()).files()).isEmpty();
        assertThat(ConfigReader.included(main, "include: none/*", Map.of()).folders())
                .containsOnlyKeys(folder.resolve("none"));
    }

    // ---- what is wrong

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            none/*.yaml | none/*.yaml (expected: a file, a folder, or a pattern such as routes.d/*.yaml) (there is no such folder: FOLDER/none)
            r*/a.yaml   | r*/a.yaml (expected: * and ? only behind the last slash)
            r/**        | r/** (expected: one * at a time, folders below are not looked into)
            routes.d/   | routes.d/ (expected: a file, a folder, or a pattern such as routes.d/*.yaml) (leave the / at the end out)
            [[a]]       | a list (expected: a file, a folder, or a pattern such as routes.d/*.yaml)
            """)
    void tellsWhatCantBeIncluded(String include, String message) throws IOException {
        write("sluice.yaml", MAIN.replace("routes.d", include));
        String index = include.startsWith("[") ? "[0]" : "";
        int column = include.startsWith("[") ? 11 : 10;

        assertThat(problems(ConfigReader.read(main, Map.of())))
                .containsExactly(main + ":3:" + column + ": include" + index + ": "
                        + message.replace("FOLDER", folder.toString()));
    }

    @Test
    void tellsOfANamedFileThatIsNotThere() throws IOException {
        write("sluice.yaml", MAIN.replace("routes.d", "none.yaml"));

        assertThat(problems(ConfigReader.read(main, Map.of())))
                .containsExactly(folder.resolve("none.yaml") + ": no such file");
    }

    @Test
    void keepsANamedFileThatIsGone() throws IOException {
        write("sluice.yaml", MAIN.replace("routes.d", "routes.d/a.yaml"));
        Path a = routes("a.yaml", "a");
        LoadResult.Loaded first = load();
        Files.delete(a);

        assertThat(states(reload(first))).containsExactly(State.KEPT);
        assertThat(reload(first).config()).isEqualTo(first.config());
    }

    @Test
    void hasNoFilesWhereThereIsNoFolder() {
        assertThat(problems(Configs.read(MAIN)))
                .containsExactly(
                        "test.yaml:3:10: include: routes.d" + " (expected: no include: there is no folder to look in)");
    }

    @Test
    void tellsOfProblemsAtTheirPlacesInAllFiles() throws IOException {
        write("sluice.yaml", MAIN + "threads: 0\n");
        Path a = write("routes.d/a.yaml", "routes:\n  - { name: a, to: ap }\nlisteners: {}\n");
        Path b = write("routes.d/b.yaml", "upstreams:\n  b: { endpoints: [] }\n");
        LoadResult result = ConfigReader.read(main, Map.of());

        assertThat(problems(result))
                .containsExactly(
                        main + ":4:10: threads: 0 (expected: 1..1024, or auto)",
                        a + ":2:20: routes[0].to: ap (expected: the name of an upstream) (did you mean \"app\"?)",
                        a + ":3:1: unknown key \"listeners\" (the keys here are upstreams, routes)",
                        b + ":2:8: upstreams.b.endpoints: empty (expected: at least one host:port)");
        assertThat(ProblemText.render((LoadResult.Rejected) result))
                .contains("   4 | threads: 0\n", "   2 |   - { name: a, to: ap }\n", "   2 |   b: { endpoints: [] }\n")
                .endsWith("4 problems in 3 files\n");
    }

    @Test
    void tellsBothPlacesOfANameThatIsThereTwice() throws IOException {
        write("sluice.yaml", MAIN + "routes:\n  - { name: own, to: app }\n");
        Path a = routes("a.yaml", "one", "two");
        Path b = routes("b.yaml", "own", "two", "three", "three");
        Path c = write("routes.d/c.yaml", "upstreams: { app: { endpoints: [\"127.0.0.1:1\"] } }");

        assertThat(problems(ConfigReader.read(main, Map.of())))
                .containsExactly(
                        b + ":2:13: routes[0].name: own (expected: a name of its own) (the route at " + main
                                + ":5:13 has this name)",
                        b + ":3:13: routes[1].name: two (expected: a name of its own) (the route at " + a
                                + ":3:13 has this name)",
                        b + ":5:13: routes[3].name: three (expected: a name of its own)"
                                + " (the route on line 4 has this name)",
                        c + ":1:14: upstreams.app (expected: a name of its own) (the upstream at " + main
                                + ":2:14 has this name)");
    }

    @Test
    void doesNotMissUpstreamsOfAFileThatCantBeRead() throws IOException {
        write("sluice.yaml", MAIN + "routes: [{ name: own, to: more }]\n");
        Path a = write("routes.d/a.yaml", "upstreams: { more: [\n");

        assertThat(problems(ConfigReader.read(main, Map.of())))
                .singleElement()
                .asString()
                .startsWith(a + ":2:1: not valid YAML");
    }

    @Test
    void limitsTheNumberOfFiles() throws IOException {
        for (int i = 0; i <= Includes.MOST_FILES; i++) {
            write("routes.d/" + i + ".yaml", "");
        }

        assertThat(problems(ConfigReader.read(main, Map.of())))
                .containsExactly(main + ":3:10: include: routes.d (expected: at most 1000 files)");
        Files.delete(folder.resolve("routes.d/7.yaml"));
        assertThat(load().included()).hasSize(Includes.MOST_FILES);
        write("one-more.yaml", "");
        write("sluice.yaml", MAIN.replace("routes.d", "[one-more.yaml, routes.d]"));
        assertThat(problems(ConfigReader.read(main, Map.of())))
                .first()
                .isEqualTo(main + ":3:1: include: 1001 files (expected: at most 1000)");
    }

    @Test
    void limitsTheSizeOfAllTogether() throws IOException {
        String half = ("#" + "x".repeat(99) + "\n").repeat(ConfigReader.MAX_SIZE / 101 / 2 + 1);
        write("routes.d/a.yaml", half);
        load();
        write("routes.d/b.yaml", half);

        assertThat(problems(ConfigReader.read(main, Map.of())))
                .containsExactly(main + ":3:1: include: too large (expected: at most 16MiB in all files together)");
    }

    // ---- read again

    @Test
    void keepsTheLastGoodVersionOfABadFileAndTakesAllElse() throws IOException {
        routes("a.yaml", "a1");
        routes("b.yaml", "b1");
        LoadResult.Loaded first = load();
        Path bad = write("routes.d/a.yaml", "routes:\n  - { name: a2, too: app }\n");
        routes("b.yaml", "b2");
        write("sluice.yaml", MAIN + "threads: 3\n");

        LoadResult.Loaded second = reload(first);

        assertThat(names(second)).containsExactly("a1", "b2");
        assertThat(second.config().threads()).isEqualTo(3);
        assertThat(states(second)).containsExactly(State.KEPT, State.CURRENT);
        assertThat(second.included().getFirst().text()).contains("a1");
        assertThat(second.included().getFirst().problems())
                .extracting(Problem::toString)
                .first()
                .isEqualTo(bad + ":2:5: routes[0]: no action (expected: one of to, split, redirect, respond)");

        routes("a.yaml", "a3");
        LoadResult.Loaded third = reload(second);
        assertThat(names(third)).containsExactly("a3", "b2");
        assertThat(states(third)).containsOnly(State.CURRENT);
    }

    @Test
    void keepsItOverManyReloads() throws IOException {
        routes("a.yaml", "a1");
        LoadResult.Loaded first = load();
        write("routes.d/a.yaml", "routes: [");
        LoadResult.Loaded third = reload(reload(first));
        routes("b.yaml", "b");

        assertThat(names(reload(third))).containsExactly("a1", "b");
    }

    @Test
    void keepsWhatSubstitutionBroughtIn() throws IOException {
        write("routes.d/secret", "s3cret");
        write("routes.d/a.yaml", "routes: [{ name: a, respond: { status: 200, body: \"${file:secret}\" } }]");
        LoadResult.Loaded first = load();
        Files.delete(folder.resolve("routes.d/secret"));

        LoadResult.Loaded second = reload(first);

        assertThat(second.config()).isEqualTo(first.config());
        assertThat(states(second)).containsExactly(State.KEPT);
    }

    /** As it is for a moment while somebody writes it anew. */
    @Test
    void keepsWhatAFileHadThatIsEmptyNow() throws IOException {
        routes("a.yaml", "a");
        LoadResult.Loaded first = load();
        write("routes.d/a.yaml", "");

        LoadResult.Loaded second = reload(first);

        assertThat(second.config()).isEqualTo(first.config());
        assertThat(states(second)).containsExactly(State.KEPT);
        assertThat(second.included().getLast().problems().getFirst().message())
                .isEqualTo("the file is empty (expected: routes or upstreams, or a comment)");
    }

    @Test
    void leavesANewBadFileOut() throws IOException {
        routes("a.yaml", "a");
        LoadResult.Loaded first = load();
        write("routes.d/b.yaml", "routes: [{}]");

        LoadResult.Loaded second = reload(first);

        assertThat(second.config()).isEqualTo(first.config());
        assertThat(states(second)).containsExactly(State.CURRENT, State.LEFT_OUT);
        assertThat(second.included().getLast().problems()).hasSize(2);
        assertThat(second.included().getLast().text()).isEmpty();
    }

    @Test
    void forgetsFilesThatAreGone() throws IOException {
        routes("a.yaml", "a");
        Path b = routes("b.yaml", "b");
        LoadResult.Loaded first = load();
        Files.delete(b);
        LoadResult.Loaded second = reload(first);
        write("routes.d/b.yaml", "routes: [");

        assertThat(names(second)).containsExactly("a");
        assertThat(states(reload(second))).containsExactly(State.CURRENT, State.LEFT_OUT);
    }

    @Test
    void blamesTheFileThatChangedForANameThatIsThereTwice() throws IOException {
        routes("a.yaml", "a");
        Path b = routes("b.yaml", "b");
        LoadResult.Loaded first = load();
        Path a = routes("a.yaml", "a", "b");

        LoadResult.Loaded second = reload(first);

        assertThat(second.config()).isEqualTo(first.config());
        assertThat(states(second)).containsExactly(State.KEPT, State.CURRENT);
        assertThat(second.included().getFirst().problems())
                .extracting(Problem::toString)
                .containsExactly(a + ":3:13: routes[1].name: b (expected: a name of its own) (the route at " + b
                        + ":2:13 has this name)");
    }

    @Test
    void putsFilesBackThatNeedAnotherOne() throws IOException {
        write("routes.d/a.yaml", "upstreams: { new: { endpoints: [\"127.0.0.1:1\"] } }");
        routes("b.yaml", "b");
        LoadResult.Loaded first = load();
        write("routes.d/a.yaml", "upstreams: { newer: { endpoints: [\"127.0.0.1:x\"] } }");
        write("routes.d/b.yaml", "routes: [{ name: b2, to: newer }]");

        LoadResult.Loaded second = reload(first);

        assertThat(second.config()).isEqualTo(first.config());
        assertThat(states(second)).containsOnly(State.KEPT);
    }

    @Test
    void refusesAChangeThatFilesWhichDidNotChangeDoNotGoWith() throws IOException {
        Path a = write("routes.d/a.yaml", "routes: [{ name: a, to: other }]");
        write("routes.d/b.yaml", "routes: [{ name: b, to: app }]");
        LoadResult.Loaded first = load();
        write("sluice.yaml", MAIN.replace(" other:", " another:"));
        Path b = write("routes.d/b.yaml", "routes: [{ name: b, tooo: app }]");

        List<String> problems = problems(ConfigReader.reread(main, Map.of(), first.lastGood()));

        assertThat(problems).hasSize(3);
        assertThat(problems.getFirst())
                .startsWith(a + ":1:25: routes[0].to: other (expected: the name of an upstream)");
        assertThat(problems.get(1)).startsWith(b + ":");
    }

    @Test
    void refusesABadMainFileWithTheProblemsOfAll() throws IOException {
        routes("a.yaml", "a");
        LoadResult.Loaded first = load();
        write("sluice.yaml", MAIN + "threads: 0\n");
        Path a = write("routes.d/a.yaml", "routes: [{ name: a, to: ap }]");

        assertThat(problems(ConfigReader.reread(main, Map.of(), first.lastGood())))
                .containsExactly(
                        main + ":4:10: threads: 0 (expected: 1..1024, or auto)",
                        a + ":1:25: routes[0].to: ap (expected: the name of an upstream) (did you mean \"app\"?)");
    }
}
