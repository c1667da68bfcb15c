/** The command line, the running gateway and its reloads: the only code that knows every other package. */
@NullMarked
package io.sluice;

import org.jspecify.annotations.NullMarked;
