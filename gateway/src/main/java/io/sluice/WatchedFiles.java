package io.sluice;

import io.sluice.config.ConfigReader;
import io.sluice.config.Included;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the files that make up a config hold, and what is cheaper to compare than that. */
final class WatchedFiles {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{file:([^}\n]*)}");
    private static final String ABSENT = "absent";

    private WatchedFiles() {}

    /**
     * What tells, without reading it, that a file may have changed.
     *
     * @param key of the file itself, such as its inode; null where the file system has none
     */
    record Stamp(@Nullable Object key, FileTime modified, long size) {
        private static final Stamp NONE = new Stamp(null, FileTime.fromMillis(0), -1);
    }

    static Map<Path, Stamp> stamps(Set<Path> files) {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        for (Path file : files) {
            stamps.put(file, stamp(file));
        }
        return stamps;
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
        } catch (IOException e) {
            return Stamp.NONE;
        }
    }

    /**
     * A digest of what each file of a config holds: the config file, those that it includes, and those that one of them
     * refers to or names, such as certificates; and the names in each folder that it includes files of.
     *
     * @param file absolute
     * @param known what the config file held when it was last read; null: it is read now
     * @param included what included files held; those that are not there are read now
     */
    static Map<Path, String> contents(Path file, @Nullable String known, Map<Path, String> included) {
        Map<Path, String> contents = new LinkedHashMap<>();
        byte[] bytes = known == null ? read(file) : known.getBytes(StandardCharsets.UTF_8);
        add(file, bytes, contents);
        if (bytes != null) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            Included found = ConfigReader.included(file, text, System.getenv());
            found.folders().forEach((folder, names) -> contents.put(folder, "folder of " + names));
            for (Path path : found.files()) {
                String before = included.get(path);
                add(path, before == null ? read(path) : before.getBytes(StandardCharsets.UTF_8), contents);
            }
            for (Path named : ConfigReader.named(file, text, System.getenv())) {
                contents.computeIfAbsent(named, path -> digest(read(path)));
            }
        }
        return contents;
    }

    private static void add(Path file, byte @Nullable [] bytes, Map<Path, String> contents) {
        contents.put(file, digest(bytes));
        if (bytes != null) {
            Matcher references = REFERENCE.matcher(new String(bytes, StandardCharsets.UTF_8));
            while (references.find()) {
                Path named = resolve(file, references.group(1));
                if (named != null) {
                    contents.computeIfAbsent(named, path -> digest(read(path)));
                }
            }
        }
    }

    /** Whether that is what a file holds now. */
    static boolean holds(Path file, String text) {
        return Arrays.equals(read(file), text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable Path resolve(Path file, String reference) {
        try {
            return file.resolveSibling(reference);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static byte @Nullable [] read(Path file) {
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (InputStream in = Files.newInputStream(file)) {
            // what is longer is refused anyway
            return in.readNBytes(ConfigReader.MAX_SIZE + 1);
        } catch (IOException e) {
            return null;
        }
    }

    private static String digest(byte @Nullable [] bytes) {
        if (bytes == null) {
            return ABSENT;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
