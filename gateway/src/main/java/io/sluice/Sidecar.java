package io.sluice;

import io.sluice.config.ConfigReader;
import io.sluice.config.LoadResult;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The config of {@code sluice run --to}, beside one application: always the same text, into which flags and the environment
 * bring the values, so that they are read and refused as those of a file are, and {@code GET config} shows what runs.
 */
final class Sidecar {
    static final String TO = "SLUICE_TO";
    static final String LISTEN = "SLUICE_LISTEN";
    static final String ADMIN = "SLUICE_ADMIN";
    static final String CONNECTIONS = "SLUICE_CONNECTIONS";

    /** The one listener. */
    static final String INBOUND = "inbound";
    /** The one upstream. */
    static final String APP = "app";

    private static final String ADMIN_LISTENER = """
            # Made by sluice run --to. A flag wins over the environment.
            admin:
              bind: "${SLUICE_ADMIN:127.0.0.1:9900}"    # --admin
            """;

    /** It is no flag, since others on the machine see those. */
    private static final String TOKEN = "SLUICE_ADMIN_TOKEN";

    private static final String TOKEN_LINE = "  token: \"${" + TOKEN + "}\"\n";

    private static final String THE_REST = """
            listeners:
              inbound:
                bind: "${SLUICE_LISTEN::8080}"          # --listen
            upstreams:
              app:
                endpoints: ["${SLUICE_TO}"]             # --to
                connections:
                  max: "${SLUICE_CONNECTIONS:64}"       # --connections
                health: { tcp: true, interval: 1s, required: true }
            routes:
              - name: app
                to: app
            """;

    private Sidecar() {}

    /** Reads it; null if it has problems, which are then printed. */
    static LoadResult.@Nullable Loaded read(Map<String, String> values, PrintWriter err) {
        return ConfigFile.loaded(ConfigReader.read("sluice run", text(values), null, values), err);
    }

    private static String text(Map<String, String> values) {
        return ADMIN_LISTENER + (values.getOrDefault(TOKEN, "").isEmpty() ? "" : TOKEN_LINE) + THE_REST;
    }
}
