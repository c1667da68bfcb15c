package io.sluice;

import io.sluice.config.HostPort;
import io.sluice.config.LoadResult;
import io.sluice.config.UpstreamConfig;
import io.sluice.proxy.Listener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice demo}: the gateway and, in the same process, a backend behind it. */
@Command(
        name = "demo",
        description = "Runs the gateway with a small backend behind it that has five threads: "
                + "the kind of server that idle clients block.")
final class DemoCommand implements Callable<Integer> {
    /** The upstream of the config whose address the backend takes. */
    private static final String UPSTREAM = "demo";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The config file (default: Sluice's config/sluice.yaml); its upstream " + UPSTREAM
                    + " says where the backend listens.")
    private Path file = Path.of(System.getProperty("sluice.home", ""), "config", "sluice.yaml");

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        LoadResult.Loaded loaded = ConfigFile.read(file, err);
        if (loaded == null) {
            return 1;
        }
        HostPort address = backendAddress(loaded);
        if (address == null) {
            err.println(file + ": no upstream " + UPSTREAM + " (expected: one, with the address for the backend)");
            return 1;
        }
        try (DemoBackend backend = new DemoBackend(address);
                Gateway gateway = Gateway.start(loaded, file);
                SpareHeap _ = SpareHeap.of(gateway)) {
            Signals signals = Signals.install(gateway);
            Banner.log(gateway);
            tell(gateway, backend);
            signals.awaitEnd();
            return 0;
        } catch (StartException e) {
            err.println(e.getMessage());
        } catch (IOException e) {
            err.println("demo backend: " + address + " (" + Listeners.reason(e) + ")");
        }
        return 1;
    }

    private static @Nullable HostPort backendAddress(LoadResult.Loaded loaded) {
        UpstreamConfig upstream = loaded.config().upstreams().get(UPSTREAM);
        return upstream != null && upstream.endpoints().getFirst().address() instanceof HostPort address
                ? address
                : null;
    }

    private void tell(Gateway gateway, DemoBackend backend) {
        Listener first = gateway.listeners().getFirst();
        String url = Banner.url(first);
        PrintWriter out = spec.commandLine().getOut();
        out.println();
        out.println("Through the gateway:");
        out.println("  " + url + "          which thread of the backend answers");
        out.println("  " + url + "echo      the request as the backend got it");
        out.println("  " + url + "slow      an answer that takes two seconds");
        out.println("  " + url + "stream    an answer in pieces");
        out.println("The backend itself, with five threads:");
        out.println("  " + Banner.url(backend.address()));
        if (gateway.adminAddress() != null) {
            String admin = Banner.url(gateway.adminAddress());
            out.println("What the gateway does:");
            out.println("  " + admin + "          the dashboard");
            out.println("  " + admin + "metrics   for Prometheus");
        }
        out.println();
        out.println("Try:  curl -i " + url);
        out.println("Then change a route in " + file + " and see it take effect at once. Ctrl-C ends.");
        out.println();
        out.flush();
    }
}
