package io.sluice.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How a program is started: its command and what is added to the environment. */
record Launch(List<String> command, Map<String, String> environment) {
    Launch(List<String> command) {
        this(command, Map.of());
    }

    /** The same, started through a program that takes a command, such as taskset; an empty prefix changes nothing. */
    Launch prefixed(List<String> prefix) {
        return new Launch(Stream.concat(prefix.stream(), command.stream()).toList(), environment);
    }
}
