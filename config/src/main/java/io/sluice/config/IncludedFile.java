package io.sluice.config;

import java.util.List;

/**
 * An included file, and what became of it.
 *
 * @param file as the user would name it
 * @param text what is in force of it; empty: nothing is
 * @param problems of what the file holds now; empty if that is in force
 */
public record IncludedFile(String file, State state, String text, List<Problem> problems) {

    /** Which version of a file is in force. */
    public enum State {
        /** What the file holds. */
        CURRENT,
        /** What it held when it was last good. */
        KEPT,
        /** None: it never was good. */
        LEFT_OUT
    }
}
