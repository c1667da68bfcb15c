package io.sluice.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the system, such as curl and openssl. */
public final class Command {
    private Command() {}

    /** Runs one with that input; returns all that it said. Fails if it does. */
    public static String run(String input, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.ISO_8859_1));
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (process.waitFor() != 0) {
                throw new IOException(command + "\n" + output);
            }
            return output;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
