package io.sluice.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Replaces <code>${NAME}</code>, <code>${NAME:default}</code> and <code>${file:path}</code> in values; <code>$${</code>
 * stands for a plain <code>${</code>. It works on values that YAML has already delimited, so that what it puts in can't
 * become structure. Reads files: not for an event loop.
 */
final class Substitution {
    /** Bytes of one file. */
    static final int MAX_FILE = 1 << 20;

    /** Characters put into one config: many small references to something large must not add up. */
    static final int MAX_TOTAL = 16 << 20;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String FILE = "file:";

    private final Map<String, String> env;
    private final @Nullable Path base;
    private final AtomicLong total;

    private Substitution(Map<String, String> env, @Nullable Path base, AtomicLong total) {
        this.env = env;
        this.base = base;
        this.total = total;
    }

    /** Without files to refer to. */
    Substitution(Map<String, String> env) {
        this(env, null, new AtomicLong());
    }

    /**
     * The same for a file elsewhere; what both bring in adds up.
     *
     * @param folder what relative paths start from; null: there are no files to refer to
     */
    Substitution in(@Nullable Path folder) {
        return new Substitution(env, folder, total);
    }

    /** The value; null, with a problem, where something that it names is not there. */
    @Nullable
    String apply(String raw, Place place, Problems problems) {
        int start = raw.indexOf("${");
        if (start < 0) {
            return raw;
        }
        StringBuilder out = new StringBuilder();
        int from = 0;
        boolean good = true;
        while (start >= 0) {
            if (start > from && raw.charAt(start - 1) == '$') {
                out.append(raw, from, start - 1).append("${");
                from = start + 2;
            } else {
                int end = raw.indexOf('}', start);
                if (end < 0) {
                    problems.add(
                            place,
                            Shown.value(raw) + ": ${ without } (expected: ${NAME}, ${NAME:default} or ${file:path})",
                            "write $${ for a plain ${");
                    return null;
                }
                String found = found(raw.substring(start + 2, end), place, problems);
                good &= found != null;
                out.append(raw, from, start).append(found);
                from = end + 1;
            }
            start = raw.indexOf("${", from);
        }
        return good ? out.append(raw, from, raw.length()).toString() : null;
    }

    private @Nullable String found(String inner, Place place, Problems problems) {
        String shown = Shown.value("${" + inner + "}");
        if (total.get() > MAX_TOTAL) {
            return null;
        }
        if (inner.startsWith(FILE)) {
            return counted(file(inner.substring(FILE.length()), shown, place, problems), shown, place, problems);
        }
        int colon = inner.indexOf(':');
        String name = colon < 0 ? inner : inner.substring(0, colon);
        if (!NAME.matcher(name).matches()) {
            problems.add(
                    place, shown + " (expected: ${NAME}, ${NAME:default} or ${file:path})", "write $${ for a plain ${");
            return null;
        }
        String value = env.get(name);
        if (value == null && colon >= 0) {
            value = inner.substring(colon + 1);
        }
        if (value == null) {
            problems.add(
                    place,
                    shown + ": no such environment variable",
                    "set it, or give a default: ${" + name + ":default}");
        }
        return counted(value, shown, place, problems);
    }

    private @Nullable String counted(@Nullable String value, String shown, Place place, Problems problems) {
        if (value == null) {
            return null;
        }
        if (total.addAndGet(value.length()) > MAX_TOTAL) {
            problems.add(place, shown + ": all substitutions together exceed 16 MiB");
            return null;
        }
        return value;
    }

    private @Nullable String file(String name, String shown, Place place, Problems problems) {
        if (base == null) {
            problems.add(place, shown + ": there is no folder to read files from");
            return null;
        }
        String wrong;
        try {
            Path path = base.resolve(name);
            if (Files.isRegularFile(path)) {
                return content(path, shown, place, problems);
            }
            wrong = Files.exists(path) ? "not a regular file: " : "no such file: ";
            wrong += path;
        } catch (InvalidPathException e) {
            wrong = "not a path";
        } catch (CharacterCodingException e) {
            wrong = "the file is not UTF-8";
        } catch (IOException e) {
            wrong = "the file can't be read: " + e;
        }
        problems.add(place, shown + ": " + wrong);
        return null;
    }

    private static @Nullable String content(Path path, String shown, Place place, Problems problems)
            throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_FILE + 1);
        }
        if (bytes.length > MAX_FILE) {
            problems.add(place, shown + ": the file is too large (expected: at most 1MiB)");
            return null;
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        if (text.endsWith("\n")) {
            text = text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
        }
        return text;
    }
}
