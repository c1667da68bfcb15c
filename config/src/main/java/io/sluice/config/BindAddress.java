package io.sluice.config;

/** Where a listener is bound. */
public sealed interface BindAddress permits HostPort, UnixPath {}
