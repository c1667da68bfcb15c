/** Bytes in and out of one socket on one event loop. */
@NullMarked
package io.sluice.wire;

import org.jspecify.annotations.NullMarked;
