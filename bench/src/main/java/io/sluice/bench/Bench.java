package io.sluice.bench;

import io.sluice.bench.program.HoldCommand;
import io.sluice.bench.program.ServeCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry of the measuring tools: one subcommand for each scenario. */
@Command(
        name = "bench/run",
        description = "Measures Sluice beside other proxies on this machine (Linux).",
        subcommands = {
            CompareCommand.class,
            IdleCommand.class,
            MillionCommand.class,
            ModelsCommand.class,
            SlowCommand.class,
            StaleCommand.class,
            HoldCommand.class,
            ServeCommand.class
        },
        synopsisSubcommandLabel = "SCENARIO")
final class Bench {
    @SuppressWarnings("unused") // set and read by the parser only
    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    /** Runs the named scenario and exits with 0 (measured), 1 (a row is invalid or a program failed) or 2 (usage). */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Bench())
                .registerConverter(Size.class, Size::of)
                .registerConverter(Pin.class, Pin::of)
                .registerConverter(Contender.class, Contender::of)
                .registerConverter(Rude.class, Rude::of)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((refused, given) -> {
                    CommandLine command = refused.getCommandLine();
                    command.getErr().println(refused.getMessage());
                    command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
                    return 2;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println(failure.getMessage());
                    return 1;
                });
        System.exit(line.execute(args));
    }
}
