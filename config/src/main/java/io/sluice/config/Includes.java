package io.sluice.config;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds and reads the files that a config includes: those of one pattern by name, those of several in the order of the
 * patterns, each once. A name that begins with a dot is never meant: editors and Kubernetes keep theirs so.
 */
final class Includes {
    static final int MOST_FILES = 1000;
    private static final String LOOKS = "a file, a folder, or a pattern such as routes.d/*.yaml";
    private static final Pattern YAML = Pattern.compile(".*\\.ya?ml");

    private final @Nullable Path base;
    private final @Nullable Path main;
    /** By absolute path, as the user would name it. */
    private final Map<Path, Path> files = new LinkedHashMap<>();

    private final Map<Path, Set<String>> folders = new LinkedHashMap<>();
    private List<Source> sources = List.of();
    private final Problems problems;

    private Includes(Source from, @Nullable Path base) {
        this.base = base;
        this.main = from.file() != null || base == null ? from.file() : absolute(base, from.name());
        this.problems = new Problems(from.name());
    }

    private static @Nullable Path absolute(Path base, String name) {
        try {
            Path file = Path.of(name).getFileName();
            return file == null
                    ? null
                    : base.resolve(file.toString()).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /**
     * Those of a config.
     *
     * @param base what relative paths start from, as the user named it; null: there is no folder to look in
     */
    static Includes of(Source from, @Nullable Path base, SourceReader reader) {
        Includes includes = new Includes(from, base);
        if (from.tree() instanceof Tree.Mapping mapping) {
            for (Tree.Entry entry : mapping.entries()) {
                if (entry.key().equals("include")) {
                    Values.several(entry.value(), "include", entry.place(), includes.syntax(), includes.problems);
                    includes.read(entry.place(), reader);
                }
            }
        }
        return includes;
    }

    /** How {@code include} is read, by looking for the files. */
    private Syntax<Path> syntax() {
        return new Syntax<>(LOOKS, this::find);
    }

    /** What is wrong with {@code include} itself; its places are in the file that has it. */
    Problems problems() {
        return problems;
    }

    /** In order; some may have problems. */
    List<Source> sources() {
        return sources;
    }

    Included found() {
        return new Included(files.keySet(), folders);
    }

    private Parsed<Path> find(String text) {
        if (base == null) {
            return Parsed.bad("no include: there is no folder to look in");
        }
        if (text.isEmpty() || text.endsWith("/")) {
            return Parsed.bad(LOOKS, text.length() > 1 ? "leave the / at the end out" : null);
        }
        String name = text.substring(text.lastIndexOf('/') + 1);
        String parent = text.substring(0, text.length() - name.length());
        if (isPattern(parent)) {
            return Parsed.bad("* and ? only behind the last slash");
        }
        if (name.contains("**")) {
            return Parsed.bad("one * at a time, folders below are not looked into");
        }
        try {
            if (isPattern(name)) {
                return files(base.resolve(parent), pattern(name));
            }
            Path path = base.resolve(text);
            if (Files.isDirectory(path)) {
                return files(path, YAML);
            }
            // if it is not there, that is a problem of this file
            add(path);
            return Parsed.good(path);
        } catch (InvalidPathException e) {
            return Parsed.bad("a path");
        }
    }

    private static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    private static Pattern pattern(String name) {
        StringBuilder expression = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            expression.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '?' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(expression.toString(), Pattern.DOTALL);
    }

    private Parsed<Path> files(Path folder, Pattern names) {
        Set<String> found = new TreeSet<>();
        folders.put(folder.toAbsolutePath().normalize(), found);
        if (!Files.isDirectory(folder)) {
            return Parsed.bad(LOOKS, "there is no such folder: " + folder.toAbsolutePath());
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (!name.startsWith(".") && names.matcher(name).matches() && Files.isRegularFile(entry)) {
                    found.add(name);
                }
                if (found.size() > MOST_FILES) {
                    return Parsed.bad("at most " + MOST_FILES + " files");
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Parsed.bad(LOOKS, "the folder can't be read: " + e.getMessage());
        }
        found.forEach(name -> add(folder.resolve(name)));
        return Parsed.good(folder);
    }

    private void add(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (!absolute.equals(main)) {
            files.putIfAbsent(absolute, path);
        }
    }

    private void read(Place place, SourceReader reader) {
        if (files.size() > MOST_FILES) {
            problems.add(place, "include: " + files.size() + " files (expected: at most " + MOST_FILES + ")");
        }
        List<Source> read = new ArrayList<>();
        long size = 0;
        for (Path path : new LinkedHashSet<>(files.values())) {
            Source source = reader.read(path);
            size += source.text().length();
            if (size > ConfigReader.MAX_SIZE || read.size() == MOST_FILES) {
                problems.add(place, "include: too large (expected: at most 16MiB in all files together)");
                break;
            }
            read.add(source);
        }
        sources = List.copyOf(read);
    }
}
