/** TLS as such: libraries, certificates, and who is asked for by name. It knows no sockets. */
@NullMarked
package io.sluice.tls;

import org.jspecify.annotations.NullMarked;
