package io.sluice.config;

import io.sluice.config.PemFile.UnfitException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * How a text names files of certificates and keys: by paths that start from its own folder. What they hold is looked at
 * when the text is read, so that a config never comes into force with files that are not there or not fit. A text that has
 * no folder is taken at its word.
 */
final class NamedFiles {
    private static final String CERTIFICATES_LOOK = "a PEM file with certificates";
    private static final String KEY_LOOKS = "a PEM file with a private key";

    private NamedFiles() {}

    private interface Look {
        void at(Path file) throws UnfitException;
    }

    /** A file with at least one certificate; absolute where there is a folder to start from. */
    static Syntax<Path> certificates(Problems problems) {
        return new Syntax<>(CERTIFICATES_LOOK, text -> read(text, CERTIFICATES_LOOK, PemFile::certificates, problems));
    }

    /** A file with one private key, likewise. */
    static Syntax<Path> key(Problems problems) {
        return new Syntax<>(KEY_LOOKS, text -> read(text, KEY_LOOKS, PemFile::key, problems));
    }

    private static Parsed<Path> read(String text, String looks, Look look, Problems problems) {
        if (text.isEmpty()) {
            return Parsed.bad(looks);
        }
        try {
            Path folder = problems.folder();
            Path file = folder == null ? Path.of(text) : folder.resolve(text).normalize();
            if (file.isAbsolute()) {
                problems.names(file);
                look.at(file);
            }
            return Parsed.good(file);
        } catch (InvalidPathException e) {
            return Parsed.bad(looks);
        } catch (UnfitException e) {
            return Parsed.bad(looks, e.getMessage());
        }
    }

    /**
     * Whether certificate and key are one pair; false, with a problem, if not.
     *
     * @param in has both, under these keys
     */
    static boolean match(Section in, String certificate, Path chain, String key, Path secret) {
        try {
            if (!chain.isAbsolute()
                    || !secret.isAbsolute()
                    || PemFile.match(PemFile.certificates(chain).getFirst(), PemFile.key(secret))) {
                return true;
            }
            String expected = "the key of " + certificate + " " + shown(chain);
            in.problem(in.place(key), key, shown(secret) + " (expected: " + expected + ")", null);
        } catch (UnfitException e) {
            in.problem(in.place(key), key, "has just changed: " + e.getMessage(), null);
        }
        return false;
    }

    private static String shown(Path file) {
        return Shown.value(String.valueOf(file.getFileName()));
    }
}
