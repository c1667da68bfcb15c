/** The admin listener: API, metrics endpoint, live events. */
@NullMarked
package io.sluice.admin;

import org.jspecify.annotations.NullMarked;
