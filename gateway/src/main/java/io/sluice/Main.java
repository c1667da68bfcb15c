package io.sluice;

import io.sluice.config.ConfigSchema;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line. Exit codes: 0 good, 1 not good (the message says why), 2 wrong usage; those of plan are others. */
@Command(
        name = "sluice",
        description = "A reverse proxy and connection-multiplexing gateway.",
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            PlanCommand.class,
            ExplainCommand.class,
            HistoryCommand.class,
            RollbackCommand.class,
            ConfirmCommand.class,
            DemoCommand.class,
            TopCommand.class,
            Main.SchemaCommand.class,
            Main.VersionCommand.class
        })
final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) ->
                LoggerFactory.getLogger(Main.class).error("thread {} failed", thread.getName(), failure));
        int code = CommandLine.ExitCode.SOFTWARE;
        try {
            code = commandLine().execute(arguments);
        } catch (Throwable failure) {
            LoggerFactory.getLogger(Main.class).error("sluice failed", failure);
        }
        // what is logged is written by another thread
        LogOutput.close();
        System.exit(code);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(ScopeType.INHERIT)
                        .description("Shows this help.")
                        .build());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            LoggerFactory.getLogger(Main.class).error("sluice {} failed", command.getCommandName(), failure);
            command.getErr().println("sluice: internal error: " + failure);
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(name = "schema", description = "Prints the JSON Schema of config files, for editors.")
    static final class SchemaCommand implements Runnable {

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            spec.commandLine().getOut().print(ConfigSchema.text());
            spec.commandLine().getOut().flush();
        }
    }

    @Command(name = "version", description = "Prints the version and the commit it was built from.")
    static final class VersionCommand implements Runnable {

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            spec.commandLine().getOut().println("sluice " + Version.read());
        }
    }
}
