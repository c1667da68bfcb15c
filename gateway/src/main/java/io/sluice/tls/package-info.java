/** TLS on both sides: what files hold, who is trusted, and engines for one connection each. */
@NullMarked
package io.sluice.tls;

import org.jspecify.annotations.NullMarked;
