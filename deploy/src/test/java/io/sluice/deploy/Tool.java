package io.sluice.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that tests use. ./verify installs them; elsewhere a test that has none is left out. */
final class Tool {
    private static final int SECONDS = 100;

    private Tool() {}

    /** In continuous integration nothing is left out: there it fails. */
    static void require(String program) {
        require(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is installed");
    }

    /** The same for a file that an earlier part of the build makes. */
    static void require(Path folder, String file) {
        require(Files.exists(folder.resolve(file)), folder.resolve(file) + " is built");
    }

    private static void require(boolean there, String what) {
        if (System.getenv("CI") != null) {
            assertThat(there).as(what).isTrue();
        }
        assumeTrue(there, "not so: " + what);
    }

    /** What a program printed, to both of its outputs, and how it ended. */
    record Result(int code, String output) {
        String good() {
            assertThat(code).as(output).isZero();
            return output;
        }
    }

    static Result run(String... command) throws IOException, InterruptedException {
        return run(List.of(command));
    }

    static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("sluice-deploy", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                        .as("%s ends", command)
                        .isTrue();
                return new Result(process.exitValue(), Files.readString(output, UTF_8));
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(output);
        }
    }
}
