package io.sluice.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a config from YAML: all of it, or all that is wrong with it. Nothing in a text can make it throw. It reads files
 * and takes its time: not for an event loop. The keys are described in docs/configuration.md.
 */
public final class ConfigReader {
    /** Bytes of a config file, and of all files together that it includes; characters of a text. */
    public static final int MAX_SIZE = 16 << 20;

    private ConfigReader() {}

    /**
     * Reads a file with the files that it includes; all of them must be good.
     *
     * @param file UTF-8, at most {@value #MAX_SIZE} bytes
     * @param env what <code>${NAME}</code> is looked up in
     */
    public static LoadResult read(Path file, Map<String, String> env) {
        SourceReader reader = new SourceReader(new Substitution(env));
        return assembly(file, reader.read(file), reader, null).read();
    }

    /**
     * Reads a file again. An included file that is not good, or does not go with the others, is taken as it was when it
     * was last good; one that never was is left out. Only the file itself must be good, and those that have not changed
     * must still go with it.
     *
     * @param before what was good when the file was read the last time
     */
    public static LoadResult reread(Path file, Map<String, String> env, LastGood before) {
        SourceReader reader = new SourceReader(new Substitution(env));
        return assembly(file, reader.read(file), reader, before).read();
    }

    /**
     * Reads what a file is to hold, as {@link #reread(Path, Map, LastGood)} would if it held that already: included files are
     * those on the disk.
     *
     * @param bytes UTF-8, at most {@value #MAX_SIZE}
     */
    public static LoadResult reread(Path file, byte[] bytes, Map<String, String> env, LastGood before) {
        SourceReader reader = new SourceReader(new Substitution(env));
        return assembly(file, reader.read(file, bytes), reader, before).read();
    }

    /** What a duration stands for, as configs have them: {@code 250ms}, {@code 10s}, {@code 5m}, {@code 1h}; null: nothing. */
    public static @Nullable Duration duration(String text) {
        return Units.DURATION.read(text) instanceof Parsed.Good<Duration>(Duration value) ? value : null;
    }

    private static Assembly assembly(Path file, Source main, SourceReader reader, @Nullable LastGood before) {
        return new Assembly(main, Includes.of(main, folder(file), reader), before);
    }

    /**
     * Reads what could be a file's content.
     *
     * @param name what problems call it
     * @param bytes UTF-8, at most {@value #MAX_SIZE}
     * @param base what relative paths in <code>${file:path}</code> and {@code include} start from; null: neither may be
     *     there
     * @param env what <code>${NAME}</code> is looked up in
     */
    public static LoadResult read(String name, byte[] bytes, @Nullable Path base, Map<String, String> env) {
        SourceReader reader = new SourceReader(new Substitution(env));
        Source main = reader.read(name, bytes, base);
        return new Assembly(main, Includes.of(main, base, reader), null).read();
    }

    /**
     * Reads a text.
     *
     * @param name what problems call it
     * @param text at most {@value #MAX_SIZE} characters
     * @param base what relative paths in <code>${file:path}</code> and {@code include} start from; null: neither may be
     *     there
     * @param env what <code>${NAME}</code> is looked up in
     */
    public static LoadResult read(String name, String text, @Nullable Path base, Map<String, String> env) {
        SourceReader reader = new SourceReader(new Substitution(env));
        Source main = reader.read(name, text, base);
        return new Assembly(main, Includes.of(main, base, reader), null).read();
    }

    /**
     * The files that a config includes now, and where further ones may turn up.
     *
     * @param file the config
     * @param text what it holds
     */
    public static Included included(Path file, String text, Map<String, String> env) {
        if (!text.contains("include")) {
            return Included.NOTHING;
        }
        SourceReader reader = new SourceReader(new Substitution(env));
        Path base = file.toAbsolutePath().getParent();
        Source main = reader.read(file.toString(), text, base);
        return Includes.of(main, base, reader).found();
    }

    /**
     * The further files that a config and its included ones name, such as certificates, absolute; whether they are there or
     * not.
     *
     * @param file the config
     * @param text what it holds
     */
    public static Set<Path> named(Path file, String text, Map<String, String> env) {
        SourceReader reader = new SourceReader(new Substitution(env));
        Path base = file.toAbsolutePath().getParent();
        Source main = reader.read(file.toString(), text, base);
        return new Assembly(main, Includes.of(main, base, reader), null).named();
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }
}
