package io.sluice.bench;

import java.util.List;

/**
 * What one process of a proxy showed.
 *
 * @param figures one for each column of the part
 * @param problems why it is invalid; empty if it is not
 * @param strangers share of the machine, 0 to 1, that was taken by programs that don't belong to the run
 */
record Sample(List<Double> figures, List<String> problems, double strangers) {}
