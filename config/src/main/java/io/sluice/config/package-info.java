/** The config model, and the reader that turns YAML text into it or into problems with their positions. */
@NullMarked
package io.sluice.config;

import org.jspecify.annotations.NullMarked;
