/**
 * HTTP/2 (RFC 9113, RFC 7541), as far as both sides have it in common: frames, field blocks, streams, windows, and what ends them. All
 * of it on the loop of one {@link io.sluice.wire.Wire}, over the bytes that it lends, without an object for a frame.
 *
 * <p>How to use it. Each loop has one {@link io.sluice.h2.H2Room}. Who owns a wire makes an {@link io.sluice.h2.H2Connection} for it, as server or as
 * client, calls {@code start}, passes on what the wire tells ({@code read}, {@code writable}, {@code closed}), and implements
 * {@link io.sluice.h2.H2Events}: a request has come, nothing is left to do, the connection has failed. A message is an
 * {@link io.sluice.h2.H2Stream}; its owner implements {@link io.sluice.h2.StreamEvents} and is told of head, body and end. Heads are
 * {@link io.sluice.http.Head}s as the parser of HTTP/1.1 makes them.
 *
 * <ul>
 *   <li>Server: {@code H2Events.request} gives a stream with its head; the owner answers by {@code H2Stream.response}, {@code data}, {@code end}.
 *   <li>Client: {@code H2Connection.open} gives a stream, if the other end takes one more; then {@code request}, {@code data}, {@code end}.
 *   <li>Sending: what windows and wire have no room for is kept by the stream; {@code H2Stream.isWritable} says whether to go on, and
 *       {@code StreamEvents.writable} when.
 *   <li>Receiving: bytes are lent for the call; room for more is given back by {@code H2Stream.consumed}, and only then.
 *   <li>What is wrong with a stream resets it, what is wrong with the connection ends it with GOAWAY: one {@link io.sluice.h2.ErrorCode} for
 *       both. A stream tells its end once, and last: {@code StreamEvents.closed}.
 * </ul>
 */
@NullMarked
package io.sluice.h2;

import org.jspecify.annotations.NullMarked;
