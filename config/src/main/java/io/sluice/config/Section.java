package io.sluice.config;

import io.sluice.config.Vocabulary.Form;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of the file whose keys are known: gives out their values by type and tells what is wrong with them. A value
 * that is not there and one that is wrong are both an empty answer: the reader goes on with its default, so that every
 * problem is found.
 */
final class Section {
    private final Part part;
    private final String path;
    private final Place place;
    private final Map<String, Tree.Entry> entries = new LinkedHashMap<>();
    private final Problems problems;
    private final boolean broken;

    /**
     * Opens a mapping, and tells of the keys that it must not have. One without a value (all its keys commented out) is
     * an empty one.
     *
     * @param path how messages name it
     * @param place where a missing key is told
     */
    Section(Part part, String path, Place place, @Nullable Tree tree, Problems problems) {
        this.part = part;
        this.path = path;
        this.place = place;
        this.problems = problems;
        problems.vocabulary().section(path, part, tree);
        this.broken = switch (tree) {
            case null -> false;
            case Tree.Mapping mapping -> {
                mapping.entries().forEach(this::take);
                yield false;
            }
            case Tree.Text text when text.absent() -> false;
            case Tree.Text text -> wrongType(text, "keys and values: " + String.join(", ", part.keys()));
            case Tree.Items items -> wrongType(items, "keys and values: " + String.join(", ", part.keys()));
            case Tree.Broken ignored -> true;
        };
    }

    private boolean wrongType(Tree tree, String expected) {
        problems.add(tree.place(), Values.wrongType(path, tree, expected));
        return true;
    }

    private void take(Tree.Entry entry) {
        if (part.keys().contains(entry.key())) {
            entries.put(entry.key(), entry);
            return;
        }
        String hint = Nearest.hint(entry.key(), part.keys());
        problems.add(
                entry.place(),
                (path.isEmpty() ? "" : path + ": ") + "unknown key " + Shown.quoted(entry.key()),
                hint == null ? "the keys here are " + String.join(", ", part.keys()) : hint);
    }

    /** Whether it has been told that this is no mapping, so that nothing in it is missing. */
    boolean broken() {
        return broken;
    }

    Problems problems() {
        return problems;
    }

    Place place() {
        return place;
    }

    String path() {
        return path;
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Those that are there, in file order. */
    List<String> keys() {
        return List.copyOf(entries.keySet());
    }

    boolean has(String key) {
        return entry(key) != null;
    }

    /** Where the key is; where the section is if there is no such key. */
    Place place(String key) {
        Tree.Entry entry = entry(key);
        return entry == null ? place : entry.place();
    }

    @Nullable
    Tree tree(String key) {
        Tree.Entry entry = entry(key);
        return entry == null ? null : entry.value();
    }

    /** Whether the key is there, with nothing in it. */
    boolean empty(String key) {
        return switch (tree(key)) {
            case null -> false;
            case Tree.Mapping mapping -> mapping.entries().isEmpty();
            case Tree.Items items -> items.items().isEmpty();
            case Tree.Text text -> text.absent();
            case Tree.Broken ignored -> false;
        };
    }

    private Tree.@Nullable Entry entry(String key) {
        if (!part.keys().contains(key)) {
            throw new IllegalArgumentException(part + " has no key " + key);
        }
        return entries.get(key);
    }

    void problem(Place where, String key, String message, @Nullable String hint) {
        problems.add(where, path(key) + ": " + message, hint);
    }

    void missing(String key, String expected) {
        problems.vocabulary().required(path, key);
        if (!broken && !has(key)) {
            problems.add(place, path(key) + ": missing (expected: " + expected + ")");
        }
    }

    <T> Optional<T> optional(String key, Syntax<T> syntax) {
        Tree.Entry entry = entry(key);
        problems.vocabulary().asked(path(key), part, key, Form.ONE, syntax.shape());
        return entry == null
                ? Optional.empty()
                : Values.read(entry.value(), path(key), entry.place(), syntax, problems);
    }

    <T> Optional<T> required(String key, Syntax<T> syntax) {
        missing(key, syntax.expected());
        return optional(key, syntax);
    }

    /** One value or a list of at least one. */
    <T> List<T> several(String key, Syntax<T> syntax) {
        Tree.Entry entry = entry(key);
        problems.vocabulary().asked(path(key), part, key, Form.SEVERAL, syntax.shape());
        return entry == null ? List.of() : Values.several(entry.value(), path(key), entry.place(), syntax, problems);
    }

    /** Says that a key is read elsewhere: one value or a list. */
    void readElsewhere(String key) {
        problems.vocabulary().asked(path(key), part, key, Form.SEVERAL, Shape.TEXT);
    }

    /** Says that there must be one of these keys, and no two; whoever says so sees to it. */
    void exactlyOne(List<String> keys) {
        problems.vocabulary().exactlyOne(part, keys);
    }

    /** Whether {@code off} or {@code none} stands where a section could. */
    boolean isOff(String key) {
        problems.vocabulary().asked(path(key), part, key, Form.ONE, new Shape.Words(List.of("off", "none")));
        return tree(key) instanceof Tree.Text text
                && !text.absent()
                && (text.value().equals("off") || text.value().equals("none"));
    }

    /** A part of this one; an empty one where the key is absent. */
    Section section(String key, Part inner) {
        problems.vocabulary().asked(path(key), part, key, Form.SECTION, Shape.TEXT);
        return new Section(inner, path(key), place(key), tree(key), problems);
    }

    /** Names of the user's choice with their values. */
    List<Tree.Entry> entries(String key, String expected) {
        Tree tree = tree(key);
        problems.vocabulary().asked(path(key), part, key, Form.NAMES, Shape.TEXT);
        return switch (tree) {
            case null -> List.of();
            case Tree.Mapping mapping -> mapping.entries();
            case Tree.Text text when text.absent() -> List.of();
            case Tree.Broken ignored -> List.of();
            case Tree.Text text -> wrongEntries(key, text, expected);
            case Tree.Items items -> wrongEntries(key, items, expected);
        };
    }

    private List<Tree.Entry> wrongEntries(String key, Tree tree, String expected) {
        problems.add(tree.place(), Values.wrongType(path(key), tree, expected));
        return List.of();
    }

    /** A list of anything. */
    List<Tree> items(String key, String expected) {
        Tree tree = tree(key);
        problems.vocabulary().asked(path(key), part, key, Form.LIST, Shape.TEXT);
        return switch (tree) {
            case null -> List.of();
            case Tree.Items items -> items.items();
            case Tree.Text text when text.absent() -> List.of();
            case Tree.Broken ignored -> List.of();
            case Tree.Text text -> wrongItems(key, text, expected);
            case Tree.Mapping mapping -> wrongItems(key, mapping, expected);
        };
    }

    private List<Tree> wrongItems(String key, Tree tree, String expected) {
        problems.add(tree.place(), Values.wrongType(path(key), tree, expected));
        return List.of();
    }
}
