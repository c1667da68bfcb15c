package io.sluice;

import io.sluice.config.LoadResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice run}: the gateway, until a signal ends it. */
@Command(
        name = "run",
        description = "Runs the gateway: from a config file, or without one as a sidecar in front of one application. "
                + "The file is reloaded when it changes, and on SIGHUP. "
                + "SIGTERM and SIGINT let running exchanges finish; a second one ends at once.",
        footer = "Each option may also be set in the environment: the name in brackets. Options win.")
final class RunCommand implements Callable<Integer> {
    private static final String CONFIG = "SLUICE_CONFIG";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The config file. [" + CONFIG + "]")
    private @Nullable String config;

    @Option(
            names = "--to",
            paramLabel = "ADDRESS",
            description = "Instead of a config file: all requests go to the application at this address. [" + Sidecar.TO
                    + "]")
    private @Nullable String to;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description = "With --to: where clients connect (default: :8080). [" + Sidecar.LISTEN + "]")
    private @Nullable String listen;

    @Option(
            names = "--admin",
            paramLabel = "ADDRESS",
            description =
                    "With --to: the admin listener, or off (default: 127.0.0.1:9900); one that others reach needs the "
                            + "token in SLUICE_ADMIN_TOKEN. [" + Sidecar.ADMIN + "]")
    private @Nullable String admin;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "With --to: most connections to the application at once; best as many as it has threads "
                    + "(default: 64). [" + Sidecar.CONNECTIONS + "]")
    private @Nullable String connections;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> values = new HashMap<>(System.getenv());
        Path file = file(values);
        PrintWriter err = spec.commandLine().getErr();
        LoadResult.Loaded loaded = file == null ? Sidecar.read(values, err) : ConfigFile.read(file, err);
        if (loaded == null) {
            return 1;
        }
        try (Gateway gateway = Gateway.start(loaded, file);
                SpareHeap _ = SpareHeap.of(gateway)) {
            Signals signals = Signals.install(gateway);
            Banner.log(gateway);
            signals.awaitEnd();
            return 0;
        } catch (StartException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    /** The config file; null: {@code values} have what {@link Sidecar} needs. */
    private @Nullable Path file(Map<String, String> values) {
        if (config == null && to == null) {
            config = values.get(CONFIG);
            to = values.get(Sidecar.TO);
        }
        if ((config == null) == (to == null)) {
            throw refused((config == null ? "nothing" : "both") + " given (expected: --config FILE or --to ADDRESS)");
        }
        if (config != null) {
            refuse("--listen", listen);
            refuse("--admin", admin);
            refuse("--connections", connections);
            return Path.of(config);
        }
        put(values, Sidecar.TO, to);
        put(values, Sidecar.LISTEN, listen);
        put(values, Sidecar.ADMIN, admin);
        put(values, Sidecar.CONNECTIONS, connections);
        return null;
    }

    private void refuse(String flag, @Nullable String value) {
        if (value != null) {
            throw refused(flag + ": not with a config file (expected: what " + config + " says)");
        }
    }

    private static void put(Map<String, String> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
