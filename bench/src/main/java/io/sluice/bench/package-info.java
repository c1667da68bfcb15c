/** Load tools and benchmarks; nothing in the gateway depends on them. */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
