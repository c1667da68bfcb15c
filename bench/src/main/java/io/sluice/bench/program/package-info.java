/** Clients and servers of our own that a run starts as processes of their own, and tells over standard input what to do. */
@NullMarked
package io.sluice.bench.program;

import org.jspecify.annotations.NullMarked;
