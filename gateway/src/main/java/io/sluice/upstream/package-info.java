/** Upstreams, endpoints, balancing, pools and upstream connections. */
@NullMarked
package io.sluice.upstream;

import org.jspecify.annotations.NullMarked;
