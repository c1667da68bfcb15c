package io.sluice.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What is wrong with a command line; the message names the option, its value and what was expected. */
final class Usage {
    private Usage() {}

    /**
     * Refuses a value that is too small.
     *
     * @throws ParameterException if it is
     */
    static void atLeast(CommandSpec command, int least, String option, int value) {
        if (value < least) {
            throw wrong(command, option + ": " + value + " (expected: >= " + least + ")");
        }
    }

    static ParameterException wrong(CommandSpec command, String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
