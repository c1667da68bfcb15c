package io.sluice.config;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the readers ask of configs, gathered over many of them. */
final class HeardKeys implements Vocabulary {
    private static final int SAMPLES = 8;
    /** What is put to each key to hear what its reader asks for then; whether it is good does not matter. */
    private static final List<String> TRIALS = List.of("x", "true", "{}", "[x]", "[{}]", "{ x: x }", "{ x: {} }");

    private final Map<Key, Answers> keys = new LinkedHashMap<>();
    private final Map<Part, Set<String>> alwaysRequired = new EnumMap<>(Part.class);
    private final Map<Part, Set<String>> onceRequired = new EnumMap<>(Part.class);
    private final Map<Part, List<String>> exactlyOne = new EnumMap<>(Part.class);
    private final Map<Part, Set<Map<String, String>>> samples = new EnumMap<>(Part.class);
    /** Whether what is read is an example of something. */
    private boolean exemplary = true;

    /** Of the reading that is under way, by path. */
    private final Map<String, Key> asked = new HashMap<>();

    private final Map<String, Part> sections = new HashMap<>();
    private final Map<String, Set<String>> required = new HashMap<>();

    record Key(Part part, String name) {

        @Override
        public String toString() {
            return part == Part.TOP ? name : part.place() + "." + name;
        }
    }

    /**
     * One thing that may stand somewhere.
     *
     * @param part of a section; else null
     */
    record Alternative(Form form, Shape shape, Part part) {}

    /** What may stand at a key. */
    static final class Answers {
        final Set<Alternative> alternatives = new LinkedHashSet<>();
        /** Behind the names, or in the list, that stand there. */
        final Set<Alternative> values = new LinkedHashSet<>();

        final Set<Shape> names = new LinkedHashSet<>();
        /** What the examples have there, as written. */
        final Set<String> examples = new LinkedHashSet<>();

        private boolean holdsOthers() {
            return alternatives.stream().anyMatch(one -> one.form() == Form.NAMES || one.form() == Form.LIST);
        }
    }

    // ---- what is read

    /** Reads a config that is an example. */
    void read(String text) {
        begin();
        new GatewayReader(reading(text), List.of()).read();
        end();
    }

    /** Reads a file as one that is included. */
    void readIncluded(String text) {
        begin();
        Problems deaf = new Problems("main");
        GatewayReader.Reading main = new GatewayReader.Reading(new Tree.Broken(Place.START), deaf, false);
        new GatewayReader(main, List.of(reading(text))).read();
        end();
    }

    /** Puts something to each key, so that readers are heard that no example leads to. */
    void explore() {
        exemplary = false;
        for (Part part : Part.values()) {
            for (String key : part == Part.INCLUDED ? List.<String>of() : part.keys()) {
                TRIALS.forEach(trial -> read(Surroundings.plain(part, Map.of(key, trial))));
            }
        }
        exemplary = true;
    }

    private void begin() {
        asked.clear();
        sections.clear();
        required.clear();
    }

    /** What one section requires and another of the same part does not is not required. */
    private void end() {
        sections.forEach((path, part) -> {
            Set<String> here = required.getOrDefault(path, Set.of());
            alwaysRequired
                    .computeIfAbsent(part, any -> new LinkedHashSet<>(here))
                    .retainAll(here);
            onceRequired.computeIfAbsent(part, any -> new LinkedHashSet<>()).addAll(here);
        });
    }

    private GatewayReader.Reading reading(String text) {
        Problems problems = new Problems("text", this);
        Tree tree = TreeBuilder.build(text, new Substitution(Map.of()), problems);
        return new GatewayReader.Reading(tree, problems, false);
    }

    // ---- what was heard

    Answers of(Part part, String name) {
        return keys.computeIfAbsent(new Key(part, name), key -> new Answers());
    }

    /** Keys that must be there whatever else is, in the order of the part. */
    List<String> required(Part part) {
        Set<String> required = alwaysRequired.getOrDefault(part, Set.of());
        return part.keys().stream().filter(required::contains).toList();
    }

    List<String> exactlyOne(Part part) {
        return exactlyOne.getOrDefault(part, List.of());
    }

    /** Keys that have to be there in some cases. */
    Set<String> onceRequired(Part part) {
        return onceRequired.getOrDefault(part, Set.of());
    }

    /** What the examples have in such parts, as YAML. */
    Set<Map<String, String>> samples(Part part) {
        return samples.getOrDefault(part, Set.of());
    }

    // ---- what is heard

    @Override
    public void asked(String path, Part part, String key, Form form, Shape shape) {
        Key named = new Key(part, key);
        asked.put(path, named);
        if (form != Form.SECTION) {
            of(part, key).alternatives.add(new Alternative(form, shape, null));
        }
    }

    @Override
    public void required(String path, String key) {
        required.computeIfAbsent(path, any -> new LinkedHashSet<>()).add(key);
    }

    @Override
    public void exactlyOne(Part part, List<String> names) {
        exactlyOne.put(part, names);
    }

    @Override
    public void section(String path, Part part, Tree tree) {
        Alternative section = new Alternative(Form.SECTION, Shape.TEXT, part);
        Key exact = asked.get(path);
        if (exact != null) {
            of(exact.part(), exact.name()).alternatives.add(section);
        } else if (!path.isEmpty()) {
            around(path).values.add(section);
        }
        // Of what is no section, a reader may not care to ask.
        if (tree == null || tree instanceof Tree.Mapping) {
            sections.put(path, part);
        }
        Set<Map<String, String>> known = samples.computeIfAbsent(part, any -> new LinkedHashSet<>());
        if (exemplary && tree instanceof Tree.Mapping mapping && known.size() < SAMPLES) {
            Map<String, String> sample = new LinkedHashMap<>();
            mapping.entries().forEach(entry -> sample.put(entry.key(), yaml(entry.value())));
            known.add(sample);
        }
    }

    @Override
    public void value(String path, Form form, Shape shape, Tree value) {
        Key exact = asked.get(path);
        Answers answers = exact == null ? around(path) : of(exact.part(), exact.name());
        if (answers.holdsOthers()) {
            answers.values.add(new Alternative(form, shape, null));
        } else if (exemplary && value instanceof Tree.Text text && text.raw().equals(text.value())) {
            answers.examples.add(text.raw());
        }
    }

    @Override
    public void name(String path, Shape shape) {
        Key key = asked.get(path);
        if (key == null) {
            throw new AssertionError(path + ": names of nothing that was asked for");
        }
        of(key.part(), key.name()).names.add(shape);
    }

    /** Of the key whose value a path leads into. */
    private Answers around(String path) {
        String at = path;
        while (!at.isEmpty()) {
            at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
            if (sections.containsKey(at) && !at.isEmpty()) {
                throw new AssertionError(path + ": a key of " + at + " that was not asked for");
            }
            Key key = asked.get(at);
            if (key != null) {
                return of(key.part(), key.name());
            }
        }
        throw new AssertionError(path + ": a value of nothing that was asked for");
    }

    private static String yaml(Tree tree) {
        return switch (tree) {
            case Tree.Text text -> text.absent() ? "null" : quoted(text.raw());
            case Tree.Mapping mapping ->
                "{ "
                        + String.join(
                                ", ",
                                mapping.entries().stream()
                                        .map(entry -> quoted(entry.key()) + ": " + yaml(entry.value()))
                                        .toList())
                        + " }";
            case Tree.Items items ->
                "["
                        + String.join(
                                ", ",
                                items.items().stream().map(HeardKeys::yaml).toList()) + "]";
            case Tree.Broken broken -> "null";
        };
    }

    /** In YAML's double quotes, but plain where an editor is to see a number or a boolean. */
    private static String quoted(String text) {
        return SchemaWriter.typed(text).toString();
    }
}
