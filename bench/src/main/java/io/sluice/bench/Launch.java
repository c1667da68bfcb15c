package io.sluice.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How a program is started: its command and what is added to the environment. */
record Launch(List<String> command, Map<String, String> environment) {
    /** What Sluice's launcher gives its JVM, but for the sizes of the heap. */
    private static final List<String> SLUICE_FLAGS = List.of(
            "-XX:+UseCompactObjectHeaders",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.leakDetection.level=disabled");

    Launch(List<String> command) {
        this(command, Map.of());
    }

    /** A subcommand of this bench in a process of its own: a small heap, and the first compiler is enough. */
    static Launch ofBench(List<String> arguments) {
        return ofJava(
                List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms64m", "-Xmn32m", "-Xmx512m"),
                Bench.class,
                arguments);
    }

    /** A program of this bench in a JVM with the flags of Sluice's launcher and then these. */
    static Launch likeSluice(List<String> flags, Class<?> main, List<String> arguments) {
        return ofJava(Stream.concat(SLUICE_FLAGS.stream(), flags.stream()).toList(), main, arguments);
    }

    private static Launch ofJava(List<String> flags, Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new Launch(List.copyOf(command));
    }

    /** The same, started through a program that takes a command, such as taskset; an empty prefix changes nothing. */
    Launch prefixed(List<String> prefix) {
        return new Launch(Stream.concat(prefix.stream(), command.stream()).toList(), environment);
    }
}
