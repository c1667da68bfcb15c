package io.sluice.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An access log of JSON lines that is being written. */
final class LogLines {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The cause of an exchange that went well. */
    static final String NONE = "-";

    private LogLines() {}

    /** Those that are there in full. */
    static List<JsonNode> of(Path file) {
        try {
            String text = Files.readString(file);
            List<JsonNode> lines = new ArrayList<>();
            for (String line :
                    text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static String cause(JsonNode line) {
        JsonNode failure = line.get("failure");
        return failure.isNull() ? NONE : failure.asText();
    }
}
