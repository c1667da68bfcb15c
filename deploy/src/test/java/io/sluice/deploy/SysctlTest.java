package io.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ConfigReader;
import io.sluice.config.ListenerConfig;
import io.sluice.config.LoadResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The kernel's settings: each exists, and none is less than what is there for. */
final class SysctlTest {
    private static final Path FILE = Tree.DEPLOY.resolve("sysctl/90-sluice.conf");
    private static final Pattern LINE = Pattern.compile("(-?)([a-z0-9_.]+) = ([0-9 ]+)");

    @Test
    void everyLineIsASettingOrANote() {
        assertThat(Tree.text(FILE).lines())
                .allSatisfy(line -> assertThat(line.isEmpty()
                                || line.startsWith("#")
                                || LINE.matcher(line).matches())
                        .as(line)
                        .isTrue());
        assertThat(settings(true)).isNotEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theKernelKnowsEachSetting() {
        assertThat(settings(false).keySet())
                .allSatisfy(key -> assertThat(Path.of("/proc/sys", key.split("\\.")))
                        .satisfies(file -> assertThat(Files.exists(file)).isTrue()));
    }

    @Test
    void theBacklogIsAsLongAsListenersAskFor() {
        LoadResult result = ConfigReader.read(Tree.ROOT.resolve("config/examples/timeouts-and-limits.yaml"), Map.of());
        ListenerConfig listener = ((LoadResult.Loaded) result)
                .config()
                .listeners()
                .values()
                .iterator()
                .next();

        assertThat(Integer.parseInt(settings(false).get("net.core.somaxconn")))
                .isGreaterThanOrEqualTo(listener.accept().backlog());
    }

    /** By key; {@code optional}: with those that only some kernels have. */
    private static Map<String, String> settings(boolean optional) {
        Map<String, String> settings = new LinkedHashMap<>();
        Tree.text(FILE)
                .lines()
                .map(LINE::matcher)
                .filter(line -> line.matches())
                .forEach(line -> {
                    if (optional || line.group(1).isEmpty()) {
                        settings.put(line.group(2), line.group(3));
                    }
                });
        return settings;
    }
}
