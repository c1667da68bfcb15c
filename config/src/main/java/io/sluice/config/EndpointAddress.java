package io.sluice.config;

/** Where an endpoint is: a host and a port, a Unix socket, or a name whose SRV records tell hosts and ports. */
public sealed interface EndpointAddress permits HostPort, UnixPath, SrvName {}
