package io.sluice.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the readers ask of configs, gathered over many of them. */
final class HeardKeys implements Vocabulary {
    private static final int EXAMPLES = 3;

    private final Map<Key, Answers> keys = new LinkedHashMap<>();
    private final Set<Key> required = new LinkedHashSet<>();
    private final Map<Part, List<String>> exactlyOne = new LinkedHashMap<>();
    /** Of the reading that is under way. */
    private final Map<String, Key> asked = new HashMap<>();

    private final Map<String, Part> sections = new HashMap<>();

    record Key(Part part, String name) {}

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
        final Set<String> examples = new LinkedHashSet<>();

        private boolean holdsOthers() {
            return alternatives.stream().anyMatch(one -> one.form() == Form.NAMES || one.form() == Form.LIST);
        }
    }

    /** Reads a config, whatever is wrong with it. */
    void read(String text, List<String> included) {
        asked.clear();
        sections.clear();
        List<GatewayReader.Reading> others = new ArrayList<>();
        new GatewayReader(reading(text), others).read();
        for (String other : included) {
            asked.clear();
            sections.clear();
            others.clear();
            others.add(reading(other));
            Problems deaf = new Problems("main");
            new GatewayReader(new GatewayReader.Reading(new Tree.Broken(Place.START), deaf, false), others).read();
        }
    }

    private GatewayReader.Reading reading(String text) {
        Problems problems = new Problems("text", this);
        Tree tree = TreeBuilder.build(text, new Substitution(Map.of()), problems);
        return new GatewayReader.Reading(tree, problems, false);
    }

    Answers of(Part part, String name) {
        return keys.computeIfAbsent(new Key(part, name), key -> new Answers());
    }

    List<String> required(Part part) {
        return part.keys().stream()
                .filter(key -> required.contains(new Key(part, key)))
                .toList();
    }

    List<String> exactlyOne(Part part) {
        return exactlyOne.getOrDefault(part, List.of());
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
    public void required(Part part, String key) {
        required.add(new Key(part, key));
    }

    @Override
    public void exactlyOne(Part part, List<String> names) {
        exactlyOne.put(part, names);
    }

    @Override
    public void section(String path, Part part) {
        Alternative section = new Alternative(Form.SECTION, Shape.TEXT, part);
        Key exact = asked.get(path);
        if (exact != null) {
            of(exact.part(), exact.name()).alternatives.add(section);
        } else if (!path.isEmpty()) {
            around(path).values.add(section);
        }
        sections.put(path, part);
    }

    @Override
    public void value(String path, Form form, Shape shape, Tree value) {
        Key exact = asked.get(path);
        Answers answers = exact == null ? around(path) : of(exact.part(), exact.name());
        if (answers.holdsOthers()) {
            answers.values.add(new Alternative(form, shape, null));
        } else if (value instanceof Tree.Text text
                && answers.examples.size() < EXAMPLES
                && text.raw().equals(text.value())
                && text.raw().length() < 80) {
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
}
