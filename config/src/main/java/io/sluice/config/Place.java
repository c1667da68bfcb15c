package io.sluice.config;

import org.yaml.snakeyaml.error.Mark;

/**
 * A place in the text.
 *
 * @param line from 1; 0: no place
 * @param column from 1, in code points
 */
record Place(int line, int column) {
    static final Place NONE = new Place(0, 0);
    static final Place START = new Place(1, 1);

    static Place of(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
