package io.sluice;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(name = "sluice", mixinStandardHelpOptions = true, subcommands = Main.VersionCommand.class)
final class Main implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        int code = new CommandLine(new Main()).execute(arguments);
        LogOutput.close();
        System.exit(code);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
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
