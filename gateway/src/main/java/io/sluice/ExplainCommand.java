package io.sluice;

import io.sluice.admin.Question;
import io.sluice.config.LoadResult;
import io.sluice.config.RouteConfig.Field;
import io.sluice.route.Trial;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice explain}: which route a request takes, and why each better placed one does not match. */
@Command(
        name = "explain",
        description = "Says which route a request takes, and why each better placed one does not match. "
                + "Exit code: 0 if there is a route, 1 if there is none.")
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "The config file.")
    private Path file = Path.of("");

    @Parameters(index = "0", paramLabel = "METHOD", description = "Such as GET.")
    private String method = "";

    @Parameters(index = "1", paramLabel = "URL", description = "Such as http://host/path?query.")
    private String url = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "A header field of the request; may be repeated.")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--client", paramLabel = "IP", description = "The client's address (default: 127.0.0.1).")
    private @Nullable String client;

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        return switch (Question.of(method, url, fields(), client)) {
            case Question.Malformed wrong ->
                throw new ParameterException(
                        spec.commandLine(), wrong.error() + " (expected: " + wrong.expected() + ")");
            case Question.Parsed parsed -> {
                LoadResult.Loaded loaded = ConfigFile.read(file, err);
                yield loaded == null ? 1 : print(ask(parsed.question(), loaded));
            }
        };
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new ParameterException(spec.commandLine(), "-H: " + header + " (expected: 'name: value')");
            }
            fields.add(new Field(
                    header.substring(0, colon), header.substring(colon + 1).strip()));
        }
        return fields;
    }

    /** On the code of the running gateway. */
    private static Question.Outcome ask(Question question, LoadResult.Loaded loaded) {
        try (Trial trial = new Trial(loaded.config(), loaded.text(), null)) {
            return question.ask(trial.snapshot());
        }
    }

    private int print(Question.Outcome outcome) {
        PrintWriter out = spec.commandLine().getOut();
        return switch (outcome) {
            case Question.Explained explained -> {
                out.print(explained.explanation().text());
                out.flush();
                yield explained.explanation().found() == null ? 1 : 0;
            }
            case Question.Refused refused -> {
                out.println("refused before routing: " + refused.failure().status() + " "
                        + refused.failure().cause() + ": " + refused.failure().text());
                yield 1;
            }
        };
    }
}
