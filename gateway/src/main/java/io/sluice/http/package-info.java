/** The message model and rules: heads, the HTTP/1.1 parser and writer, body framing, hop-by-hop and forwarded fields, failures and their answers. */
@NullMarked
package io.sluice.http;

import org.jspecify.annotations.NullMarked;
