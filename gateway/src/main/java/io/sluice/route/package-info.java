/** The compiled routing table, and the snapshot built from a config. */
@NullMarked
package io.sluice.route;

import org.jspecify.annotations.NullMarked;
