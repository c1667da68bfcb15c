/** Side-by-side measurements of Sluice and other proxies; nothing in the gateway depends on them. */
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
