package io.sluice.bench;

import io.sluice.bench.Cell.Measured;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One contender's cells, in ascending order of idle connections. */
record ModelResult(Contender contender, List<Cell> cells) {
    /** Memory for one more idle connection in bytes, from the last but one measured number to the last. */
    OptionalDouble bytesPerConnection() {
        List<Measured> measured =
                cells.stream().map(Cell::measured).flatMap(Optional::stream).toList();
        if (measured.size() < 2) {
            return OptionalDouble.empty();
        }
        Measured more = measured.getLast();
        Measured fewer = measured.get(measured.size() - 2);
        return more.held() > fewer.held()
                ? OptionalDouble.of((more.memory() - fewer.memory()) / (double) (more.held() - fewer.held()))
                : OptionalDouble.empty();
    }
}
