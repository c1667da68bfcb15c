package io.sluice.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of the measuring tools: one subcommand for each scenario. */
@Command(
        name = "bench/run",
        description = "Measures Sluice beside other proxies on this machine (Linux).",
        subcommands = CompareCommand.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "SCENARIO")
final class Bench {
    /** Runs the named scenario and exits with 0 (measured), 1 (a row is invalid or a program failed) or 2 (usage). */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Bench())
                .registerConverter(Size.class, Size::of)
                .registerConverter(Pin.class, Pin::of)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure);
                    return 1;
                });
        System.exit(line.execute(args));
    }
}
