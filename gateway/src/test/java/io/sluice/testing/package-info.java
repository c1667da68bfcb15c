/** What the wire tests are made of: raw sockets, backends that do as told, and a gateway to put between them. */
@NullMarked
package io.sluice.testing;

import org.jspecify.annotations.NullMarked;
