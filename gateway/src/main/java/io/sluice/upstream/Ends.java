package io.sluice.upstream;

import java.net.InetSocketAddress;

/**
 * A client's connection, as an endpoint is told of it.
 *
 * @param source where the client is
 * @param destination where it has connected to
 */
record Ends(InetSocketAddress source, InetSocketAddress destination) {}
