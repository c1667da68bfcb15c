/** Names and what DNS says of them, off the event loops. */
@NullMarked
package io.sluice.names;

import org.jspecify.annotations.NullMarked;
