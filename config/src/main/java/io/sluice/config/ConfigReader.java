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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads a config from YAML: all of it, or all that is wrong with it. Nothing in a text can make it throw. It reads files
 * and takes its time: not for an event loop. The keys are described in docs/configuration.md.
 */
public final class ConfigReader {
    /** Characters of one line: the YAML parser looks ahead over a word in steps that get slower as it gets longer. */
    static final int LONGEST_LINE = 256 << 10;

    /** Bytes of a config file, characters of a text. */
    public static final int MAX_SIZE = 16 << 20;

    private ConfigReader() {}

    /**
     * Reads a file.
     *
     * @param file UTF-8, at most {@value #MAX_SIZE} bytes
     * @param env what <code>${NAME}</code> is looked up in
     */
    public static LoadResult read(Path file, Map<String, String> env) {
        String name = file.toString();
        if (Files.isDirectory(file)) {
            return unreadable(name, "a folder (expected: a YAML file)");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_SIZE + 1);
        } catch (NoSuchFileException e) {
            return unreadable(name, "no such file");
        } catch (AccessDeniedException e) {
            return unreadable(name, "permission denied");
        } catch (IOException e) {
            return unreadable(name, "can't be read: " + e.getMessage());
        }
        if (bytes.length > MAX_SIZE) {
            return unreadable(name, "too large (expected: at most 16MiB)");
        }
        return read(name, bytes, file.toAbsolutePath().getParent(), env);
    }

    /**
     * Reads what a file holds, or is to hold.
     *
     * @param name what problems call it
     * @param bytes UTF-8, at most {@value #MAX_SIZE}
     * @param base what relative paths in <code>${file:path}</code> start from; null: such references are problems
     * @param env what <code>${NAME}</code> is looked up in
     */
    public static LoadResult read(String name, byte[] bytes, @Nullable Path base, Map<String, String> env) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer chars = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, chars, true);
        String text = chars.flip().toString();
        if (result.isError()) {
            String message = String.format("byte 0x%02X is not UTF-8", bytes[in.position()] & 0xFF);
            Place place = end(text);
            Problem problem = new Problem(name, place.line(), place.column(), message, "save the file as UTF-8");
            return new LoadResult.Rejected(List.of(problem), "");
        }
        return read(name, text, base, env);
    }

    private static LoadResult unreadable(String name, String message) {
        return new LoadResult.Rejected(List.of(new Problem(name, 0, 0, message, null)), "");
    }

    /**
     * Reads a text.
     *
     * @param name what problems call it
     * @param text at most {@value #MAX_SIZE} characters
     * @param base what relative paths in <code>${file:path}</code> start from; null: such references are problems
     * @param env what <code>${NAME}</code> is looked up in
     */
    public static LoadResult read(String name, String text, @Nullable Path base, Map<String, String> env) {
        if (text.length() > MAX_SIZE) {
            return unreadable(name, "too large (expected: at most 16MiB)");
        }
        Problems problems = new Problems(name);
        if (!isReadable(text, problems)) {
            return new LoadResult.Rejected(problems.inFileOrder(), text);
        }
        Tree tree = TreeBuilder.build(text, new Substitution(env, base), problems);
        GatewayConfig config = new GatewayReader(tree, problems).read();
        return problems.isEmpty()
                ? new LoadResult.Loaded(config, text)
                : new LoadResult.Rejected(problems.inFileOrder(), text);
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
