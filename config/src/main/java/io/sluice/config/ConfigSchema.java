package io.sluice.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The JSON Schema of a config file, for editors. A test sees to it that it says what the readers do. */
public final class ConfigSchema {
    private static final String RESOURCE = "sluice.schema.json";

    private ConfigSchema() {}

    /** Its text, from the file that was built in. */
    public static String text() {
        try (InputStream in = ConfigSchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the build has left " + RESOURCE + " out");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
