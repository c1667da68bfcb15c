package io.sluice.bench;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How all scenarios print their tables. */
final class TableOptions {
    @Option(names = "--markdown", description = "Print Markdown, with the command line.")
    private boolean markdown;

    @SuppressWarnings("unused") // set and read by the parser only
    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Whether Markdown was asked for. */
    boolean isMarkdown() {
        return markdown;
    }

    /** What stands above all tables, a sentence a line. */
    void printHead(List<String> sentences) {
        PrintWriter out = out();
        if (markdown) {
            out.println("`" + commandLine() + "`");
            out.println();
        }
        sentences.forEach(out::println);
        out.flush();
    }

    /** A table under its title, and what a reader must know about it. */
    void print(String title, TextTable table, List<String> notes) {
        PrintWriter out = out();
        out.println();
        out.println(title + (markdown ? ".\n" : ""));
        out.println(markdown ? table.markdown() : table.plain());
        notes.forEach(note -> out.println((markdown ? "\n" : "") + note));
        out.flush();
    }

    /** Where the tables go. */
    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** Where it says what it does. */
    PrintWriter progress() {
        return spec.commandLine().getErr();
    }

    /** The command that prints this table again; files are left out, since they mean nothing elsewhere. */
    String commandLine() {
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs().stream()
                .map(argument -> argument.contains(" ") ? "\"" + argument + "\"" : argument)
                .toList();
        return "bench/run " + String.join(" ", arguments).replaceAll("(?<=^|[ =])/\\S*", "FILE");
    }
}
