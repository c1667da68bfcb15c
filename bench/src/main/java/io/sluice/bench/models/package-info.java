/** The same tiny HTTP server in several I/O models, and clients for it; nothing here knows what is measured. */
@NullMarked
package io.sluice.bench.models;

import org.jspecify.annotations.NullMarked;
