package io.sluice.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One file of a config, as far as it can be understood alone.
 *
 * @param file absolute and without dots; null: the text did not come from a file
 * @param text as read; empty where it could not be read
 * @param tree broken where there is none
 * @param problems of reading and parsing it, under the name that the user knows it by; not to be added to
 */
record Source(@Nullable Path file, String text, Tree tree, Problems problems) {

    String name() {
        return problems.file();
    }
}
