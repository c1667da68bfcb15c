package io.sluice.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** One value for each loop, made at once; each is used by its loop only, unless the value says otherwise. */
public final class PerLoop<T> {
    private final List<T> values;

    public PerLoop(Loops loops, Function<Loop, T> make) {
        List<T> made = new ArrayList<>(loops.size());
        for (Loop loop : loops.all()) {
            made.add(make.apply(loop));
        }
        values = List.copyOf(made);
    }

    public T on(Loop loop) {
        return values.get(loop.index());
    }

    /** In order of the loops' indexes. */
    public List<T> all() {
        return values;
    }
}
