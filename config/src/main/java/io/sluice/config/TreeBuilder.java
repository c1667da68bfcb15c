package io.sluice.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Makes a {@link Tree} of one YAML document, straight from the parser's events. There are no tags, so nothing of it
 * becomes an object, and no anchors and aliases, so that the tree is no larger than the text and each value has one
 * place. For one use by one thread.
 */
final class TreeBuilder {
    /** Levels; a config needs seven. */
    static final int DEEPEST = 32;

    /** Keys and values; ten thousand routes with all their settings have a third of it. */
    static final int MOST_NODES = 1_000_000;

    private final ParserImpl parser;
    /** Null: values stay as they are written. */
    private final @Nullable Substitution substitution;

    private final Problems problems;
    private int nodes;

    private TreeBuilder(String text, @Nullable Substitution substitution, Problems problems) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        this.parser = new ParserImpl(new StreamReader(text), options);
        this.substitution = substitution;
        this.problems = problems;
    }

    /** The tree; broken, with a problem, where the text is not YAML. */
    static Tree build(String text, Substitution substitution, Problems problems) {
        return built(text, substitution, problems);
    }

    /** The tree with nothing resolved; broken where the text is not YAML. */
    static Tree asWritten(String text) {
        return built(text, null, new Problems(""));
    }

    private static Tree built(String text, @Nullable Substitution substitution, Problems problems) {
        try {
            return new TreeBuilder(text, substitution, problems).document();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            Place place = mark == null ? Place.NONE : Place.of(mark);
            String context = e.getContext() == null ? "" : " " + e.getContext();
            String problem = e.getProblem() == null ? "" : e.getProblem();
            problems.add(place, "not valid YAML" + context + ": " + oneLine(problem), syntaxHint(context + problem));
        } catch (YAMLException e) {
            problems.add(Place.NONE, "not valid YAML: " + oneLine(String.valueOf(e.getMessage())));
        }
        return new Tree.Broken(Place.START);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ");
    }

    private static @Nullable String syntaxHint(String problem) {
        if (problem.contains("(TAB)")) {
            return "indent with spaces";
        }
        if (problem.contains("mapping values are not allowed")) {
            return "put a value that holds \": \" in quotes, and indent all keys of one level alike";
        }
        if (problem.contains("cannot start any token")
                || problem.contains("expected the node content")
                || problem.contains("while scanning an alias")) {
            return "a value that starts with a character of YAML's own needs quotes";
        }
        if (problem.contains("parsing a flow")) {
            return "inside { } and [ ], a value that holds one of { } [ ] , needs quotes";
        }
        return problem.contains("expected <block end>") ? "indent all keys of one level alike" : null;
    }

    private Tree document() {
        parser.getEvent();
        if (parser.checkEvent(Event.ID.StreamEnd)) {
            return new Tree.Text(Place.START, "", "", true);
        }
        parser.getEvent();
        Tree tree = node(0);
        parser.getEvent();
        if (!parser.checkEvent(Event.ID.StreamEnd)) {
            Place second = Place.of(parser.getEvent().getStartMark());
            problems.add(second, "a second YAML document (expected: one for the whole file)");
        }
        return tree;
    }

    private Tree node(int depth) {
        Event event = parser.getEvent();
        count(event);
        Place place = Place.of(event.getStartMark());
        if (event instanceof AliasEvent alias) {
            return refuse(place, "*" + alias.getAnchor(), "an alias");
        }
        if (depth == DEEPEST) {
            Mark mark = event.getStartMark();
            throw new ParserException(null, null, "nested more than " + DEEPEST + " levels deep", mark);
        }
        if (event instanceof NodeEvent node && node.getAnchor() != null) {
            refuse(place, "&" + node.getAnchor(), "an anchor");
        }
        return switch (event) {
            case ScalarEvent scalar -> scalar(scalar, place);
            case SequenceStartEvent start -> items(place, start.getTag(), depth);
            case MappingStartEvent start -> mapping(place, start.getTag(), depth);
            default -> throw new IllegalStateException("not a node: " + event);
        };
    }

    private void count(Event event) {
        if (++nodes > MOST_NODES) {
            throw new ParserException(null, null, "more than " + MOST_NODES + " keys and values", event.getStartMark());
        }
    }

    private Tree refuse(Place place, String text, String what) {
        problems.add(
                place,
                Shown.value(text) + ": " + what + " of YAML (expected: each value where it is used)",
                "put it in quotes if this text is meant");
        return new Tree.Broken(place);
    }

    private void refuseTag(Place place, @Nullable String tag) {
        if (tag != null) {
            problems.add(
                    place,
                    Shown.value(tag.replace("tag:yaml.org,2002:", "!!"))
                            + ": a tag of YAML (expected: a value without one)");
        }
    }

    private Tree scalar(ScalarEvent scalar, Place place) {
        refuseTag(place, scalar.getTag());
        String raw = scalar.getValue();
        String value = substitution == null ? raw : substitution.apply(raw, place, problems);
        return value == null ? new Tree.Broken(place) : new Tree.Text(place, raw, value, scalar.isPlain());
    }

    private Tree items(Place place, @Nullable String tag, int depth) {
        refuseTag(place, tag);
        List<Tree> items = new ArrayList<>();
        while (!parser.checkEvent(Event.ID.SequenceEnd)) {
            items.add(node(depth + 1));
        }
        parser.getEvent();
        return new Tree.Items(place, items);
    }

    private Tree mapping(Place place, @Nullable String tag, int depth) {
        refuseTag(place, tag);
        Map<String, Tree.Entry> entries = new LinkedHashMap<>();
        while (!parser.checkEvent(Event.ID.MappingEnd)) {
            Tree.Text key = key(depth + 1);
            Tree value = node(depth + 1);
            if (key == null) {
                continue;
            }
            Tree.Entry first = entries.putIfAbsent(key.raw(), new Tree.Entry(key.place(), key.raw(), value));
            if (first != null) {
                String hint = "it is already on line " + first.place().line();
                problems.add(key.place(), "duplicate key " + Shown.quoted(key.raw()), hint);
            }
        }
        parser.getEvent();
        return new Tree.Mapping(place, List.copyOf(entries.values()));
    }

    /** A key is taken as it is, without substitution: what the environment holds can't change what a config says. */
    private Tree.@Nullable Text key(int depth) {
        if (parser.peekEvent() instanceof ScalarEvent scalar && scalar.getAnchor() == null) {
            parser.getEvent();
            count(scalar);
            Place place = Place.of(scalar.getStartMark());
            refuseTag(place, scalar.getTag());
            return new Tree.Text(place, scalar.getValue(), scalar.getValue(), scalar.isPlain());
        }
        Tree tree = node(depth);
        if (!(tree instanceof Tree.Broken)) {
            problems.add(tree.place(), Values.wrongType("", tree, "a key"));
        }
        return null;
    }
}
