package io.sluice.names;

/**
 * One SRV record (RFC 2782).
 *
 * @param priority 0..65535; those with the lowest one are used first
 * @param weight 0..65535, share among those of the same priority
 * @param target a host name
 */
public record Service(int priority, int weight, int port, String target) {}
