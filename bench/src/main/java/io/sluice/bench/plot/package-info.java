/** Plots as SVG: lines over logarithmic axes, labelled where they end, legible on light and dark pages. */
@NullMarked
package io.sluice.bench.plot;

import org.jspecify.annotations.NullMarked;
