package io.sluice.config;

/**
 * A service, as RFC 2782 names it: its SRV records tell the hosts and ports.
 *
 * @param name such as {@code _http._tcp.orders.internal}, in lower case
 */
public record SrvName(String name) implements EndpointAddress {
    @Override
    public String toString() {
        return "srv:" + name;
    }
}
