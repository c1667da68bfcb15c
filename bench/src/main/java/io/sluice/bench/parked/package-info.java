/** A great many parked connections in one process, without sockets. */
@NullMarked
package io.sluice.bench.parked;

import org.jspecify.annotations.NullMarked;
