package io.sluice.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a configuration.
 *
 * @param file as the user named it
 * @param line from 1; 0 where the problem has no place
 * @param column from 1
 * @param message names the value and what was expected
 * @param hint what to do about it, such as the key that was probably meant
 */
public record Problem(
        String file,
        int line,
        int column,
        String message,
        @Nullable String hint) {

    /** {@code file:line:column: message (hint)}. */
    @Override
    public String toString() {
        String place = line == 0 ? file : file + ":" + line + ":" + column;
        return hint == null ? place + ": " + message : place + ": " + message + " (" + hint + ")";
    }
}
