package io.sluice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What was built, from which commit.
 *
 * @param number the project's version, such as {@code 0.1.0-SNAPSHOT}
 * @param commit the abbreviated git commit, or {@code unknown} for a build outside a git checkout
 */
record Version(String number, String commit) {

    /** Reads the version resource that the build wrote beside this class. */
    static Version read() {
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties: missing (expected: beside Version.class)");
            }
            Properties properties = new Properties();
            properties.load(in);
            return new Version(
                    properties.getProperty("version", "unknown"), properties.getProperty("commit", "unknown"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return number + " (" + commit + ")";
    }
}
