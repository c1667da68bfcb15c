package io.sluice.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.reader.StreamReader;

/** Reads files and texts into trees: the main file of a config and all that it includes with one reader. */
final class SourceReader {
    /** Characters of one line: the YAML parser looks ahead over a word in steps that get slower as it gets longer. */
    static final int LONGEST_LINE = 256 << 10;

    private static final String TOO_LARGE = "too large (expected: at most 16MiB)";

    private final Substitution substitution;

    /** @param substitution shared by all files, so that what it brings in adds up */
    SourceReader(Substitution substitution) {
        this.substitution = substitution;
    }

    /**
     * Reads a file.
     *
     * @param file as the user named it
     */
    Source read(Path file) {
        Problems problems = new Problems(file.toString(), file.toAbsolutePath().getParent());
        byte[] bytes = bytes(file, problems);
        return parsed(file, bytes == null ? "" : text(bytes, problems), problems);
    }

    /**
     * Reads what a file is to hold.
     *
     * @param file as the user named it
     */
    Source read(Path file, byte[] bytes) {
        Problems problems = new Problems(file.toString(), file.toAbsolutePath().getParent());
        return parsed(file, text(bytes, problems), problems);
    }

    private Source parsed(Path file, String text, Problems problems) {
        Path absolute = file.toAbsolutePath();
        return parsed(absolute.normalize(), text, absolute.getParent(), problems);
    }

    private static byte @Nullable [] bytes(Path file, Problems problems) {
        String wrong;
        try {
            if (Files.isDirectory(file)) {
                wrong = "a folder (expected: a YAML file)";
            } else {
                try (InputStream in = Files.newInputStream(file)) {
                    return in.readNBytes(ConfigReader.MAX_SIZE + 1);
                }
            }
        } catch (NoSuchFileException e) {
            wrong = "no such file";
        } catch (AccessDeniedException e) {
            wrong = "permission denied";
        } catch (IOException e) {
            wrong = "can't be read: " + e.getMessage();
        }
        problems.add(Place.NONE, wrong);
        return null;
    }

    /** Empty where there is a problem. */
    private static String text(byte[] bytes, Problems problems) {
        if (bytes.length > ConfigReader.MAX_SIZE) {
            problems.add(Place.NONE, TOO_LARGE);
            return "";
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            String message = String.format("byte 0x%02X is not UTF-8", bytes[in.position()] & 0xFF);
            problems.add(end(text), message, "save the file as UTF-8");
            return "";
        }
        return text;
    }

    /**
     * Reads what could be a file's content.
     *
     * @param name what problems call it
     * @param base as in {@link #read(String, String, Path)}
     */
    Source read(String name, byte[] bytes, @Nullable Path base) {
        Problems problems = new Problems(name, base == null ? null : base.toAbsolutePath());
        return parsed(null, text(bytes, problems), base, problems);
    }

    /**
     * Reads a text.
     *
     * @param name what problems call it
     * @param base what relative paths in <code>${file:path}</code> start from; null: such references are problems
     */
    Source read(String name, String text, @Nullable Path base) {
        Problems problems = new Problems(name, base == null ? null : base.toAbsolutePath());
        if (text.length() > ConfigReader.MAX_SIZE) {
            problems.add(Place.NONE, TOO_LARGE);
            return parsed(null, "", base, problems);
        }
        return parsed(null, text, base, problems);
    }

    /** The tree of a text with nothing resolved; broken where it is none. */
    static Tree asWritten(String text) {
        boolean small = text.length() <= ConfigReader.MAX_SIZE;
        return small && isReadable(text, new Problems("")) ? TreeBuilder.asWritten(text) : new Tree.Broken(Place.START);
    }

    private Source parsed(@Nullable Path file, String text, @Nullable Path base, Problems problems) {
        Tree tree = problems.isEmpty() && isReadable(text, problems)
                ? TreeBuilder.build(text, substitution.in(base), problems)
                : new Tree.Broken(Place.START);
        return new Source(file, text, tree, problems);
    }

    /** Whether the YAML parser can be let loose on a text; false with a problem. */
    private static boolean isReadable(String text, Problems problems) {
        int lineStart = 0;
        int point;
        for (int i = 0; i < text.length(); i += Character.charCount(point)) {
            point = text.codePointAt(i);
            if (!StreamReader.isPrintable(point)) {
                String shown = String.format("U+%04X", point);
                problems.add(end(text.substring(0, i)), "character " + shown + " is not allowed in YAML");
                return false;
            }
            if (point == '\n' || point == '\r') {
                lineStart = i + 1;
            } else if (i - lineStart >= LONGEST_LINE) {
                Place place = end(text.substring(0, lineStart));
                String message = "a line that is too long (expected: at most " + LONGEST_LINE + " characters)";
                problems.add(place, message, "a long text can be taken from a file: ${file:path}");
                return false;
            }
        }
        return true;
    }

    /** The place right after a text, as the YAML parser would count it. */
    private static Place end(String text) {
        List<String> lines = Lines.of(text);
        String last = lines.get(lines.size() - 1);
        return new Place(lines.size(), last.codePointCount(0, last.length()) + 1);
    }
}
