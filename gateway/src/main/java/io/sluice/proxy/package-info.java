/** The client side: listeners, client connections, exchanges, parking, tunnels. */
@NullMarked
package io.sluice.proxy;

import org.jspecify.annotations.NullMarked;
