package io.sluice.config;

import io.sluice.config.Vocabulary.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads single values of the tree, and words the problems that they have in common. */
final class Values {
    private static final String UNSEEN = "this is before substitution, what it stands for is not shown";

    private Values() {}

    /**
     * The value, or a problem.
     *
     * @param path how messages name it
     * @param key where a value that is not there is told
     */
    static <T> Optional<T> read(Tree tree, String path, Place key, Syntax<T> syntax, Problems problems) {
        problems.vocabulary().value(path, Form.ONE, syntax.shape(), tree);
        return switch (tree) {
            case Tree.Text text
            when text.absent() -> {
                problems.add(key, path + ": no value (expected: " + syntax.expected() + ")", absentHint(text));
                yield Optional.empty();
            }
            case Tree.Text text -> read(text, path, syntax, problems);
            case Tree.Broken ignored -> Optional.empty();
            case Tree.Mapping mapping -> wrongType(mapping, path, syntax, problems);
            case Tree.Items items -> wrongType(items, path, syntax, problems);
        };
    }

    private static <T> Optional<T> read(Tree.Text text, String path, Syntax<T> syntax, Problems problems) {
        return switch (syntax.read(text.value())) {
            case Parsed.Good<T>(T value) -> Optional.of(value);
            case Parsed.Bad<T>(String expected, String hint) -> {
                // What came from the environment or a file may be a secret: neither it nor a hint made from it is
                // shown.
                boolean seen = text.raw().equals(text.value());
                problems.add(text.place(), wrong(path, text.raw(), expected), seen ? hint : UNSEEN);
                yield Optional.empty();
            }
        };
    }

    private static <T> Optional<T> wrongType(Tree tree, String path, Syntax<T> syntax, Problems problems) {
        problems.add(tree.place(), wrongType(path, tree, syntax.expected()));
        return Optional.empty();
    }

    private static @Nullable String absentHint(Tree.Text text) {
        return text.raw().isEmpty() ? null : "put it in quotes if the text " + text.raw() + " is meant";
    }

    /** One value, or a list of at least one. */
    static <T> List<T> several(Tree tree, String path, Place key, Syntax<T> syntax, Problems problems) {
        problems.vocabulary().value(path, Form.SEVERAL, syntax.shape(), tree);
        List<T> values = new ArrayList<>();
        if (!(tree instanceof Tree.Items items)) {
            read(tree, path, key, syntax, problems).ifPresent(values::add);
            return values;
        }
        if (items.items().isEmpty()) {
            problems.add(items.place(), path + ": an empty list (expected: " + syntax.expected() + ")");
        }
        int index = 0;
        for (Tree item : items.items()) {
            read(item, path + "[" + index++ + "]", item.place(), syntax, problems)
                    .ifPresent(values::add);
        }
        return values;
    }

    /** A name of the user's choice; empty, with a problem, if it is not such a name. */
    static <T> Optional<T> key(Tree.Entry entry, String path, Syntax<T> syntax, Problems problems) {
        problems.vocabulary().name(path, syntax.shape());
        return switch (syntax.read(entry.key())) {
            case Parsed.Good<T>(T value) -> Optional.of(value);
            case Parsed.Bad<T>(String expected, String hint) -> {
                problems.add(entry.place(), wrong(path, entry.key(), expected), hint);
                yield Optional.empty();
            }
        };
    }

    static String wrong(String path, String value, String expected) {
        return path + ": " + Shown.value(value) + " (expected: " + expected + ")";
    }

    static String wrongType(String path, Tree tree, String expected) {
        String found = switch (tree) {
            case Tree.Text text -> Shown.value(text.raw());
            case Tree.Mapping ignored -> "keys and values";
            case Tree.Items ignored -> "a list";
            case Tree.Broken ignored -> "nothing";
        };
        return (path.isEmpty() ? "" : path + ": ") + found + " (expected: " + expected + ")";
    }
}
