package io.sluice.config;

/**
 * A host (name, IPv4 or IPv6 literal without brackets; empty: all addresses) and a port.
 *
 * @param port 0..65535; 0 only where a listener may take any free port
 */
public record HostPort(String host, int port) implements EndpointAddress, BindAddress {

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
