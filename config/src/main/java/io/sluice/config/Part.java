package io.sluice.config;

import java.util.List;

/** The parts of a config file that have keys of their own, and these keys: the whole vocabulary. */
enum Part {
    TOP(
            "",
            "threads",
            "transport",
            "drain",
            "trustedProxies",
            "paths",
            "accessLog",
            "tracing",
            "admin",
            "resolve",
            "memory",
            "limits",
            "overload",
            "listeners",
            "upstreams",
            "routes",
            "include"),
    INCLUDED("include[]", "upstreams", "routes"),
    DRAIN("drain", "grace", "timeout", "reconnects"),
    PATHS("paths", "dotSegments", "doubleSlash", "encodedSlash", "encodedBackslash"),
    ACCESS_LOG("accessLog", "to", "format", "fields", "sample", "failures"),
    TRACING("tracing", "start", "sampled"),
    ADMIN("admin", "bind", "token", "readToken", "samples"),
    RESOLVE("resolve", "servers", "timeout", "minTtl", "maxTtl", "family"),
    MEMORY("memory", "responses"),
    LIMITS("limits", "connections", "exchanges"),
    OVERLOAD("overload", "memory", "lag"),
    OVERLOAD_MEMORY("overload.memory", "low", "normal", "all"),
    OVERLOAD_LAG("overload.lag", "low", "normal"),
    LISTENER(
            "listeners.NAME",
            "bind",
            "tls",
            "redirectToHttps",
            "clientSubject",
            "accept",
            "timeouts",
            "limits",
            "http2",
            "allow",
            "deny",
            "proxyProtocol"),
    LISTENER_TLS(
            "listeners.NAME.tls",
            "certificates",
            "versions",
            "ciphers",
            "clientCertificates",
            "clientAuthorities",
            "sessionTickets",
            "handshake",
            "hsts"),
    LISTENER_CERTIFICATE("listeners.NAME.tls.certificates[]", "certificate", "key"),
    LISTENER_HANDSHAKE("listeners.NAME.tls.handshake", "timeout", "concurrent"),
    LISTENER_ACCEPT("listeners.NAME.accept", "backlog", "deferAccept", "reusePort", "keepAlive", "mode"),
    LISTENER_KEEP_ALIVE("listeners.NAME.accept.keepAlive", "idle", "interval", "probes"),
    LISTENER_TIMEOUTS("listeners.NAME.timeouts", "idle", "head", "send"),
    LISTENER_HTTP2("listeners.NAME.http2", "enabled", "streams", "window", "maxRequests", "maxAge"),
    LISTENER_LIMITS("listeners.NAME.limits", "connections", "connectionsPerAddress", "head", "fields"),
    LISTENER_PROXY_PROTOCOL("listeners.NAME.proxyProtocol", "from", "header"),
    UPSTREAM(
            "upstreams.NAME",
            "endpoints",
            "connections",
            "protocol",
            "tls",
            "balance",
            "health",
            "ejection",
            "panic",
            "slowStart",
            "retries",
            "proxyProtocol"),
    ENDPOINT("upstreams.NAME.endpoints[]", "address", "srv", "weight", "backup"),
    UPSTREAM_TLS("upstreams.NAME.tls", "ca", "name", "names", "publicKeys", "certificate", "key", "verify", "versions"),
    HEALTH(
            "upstreams.NAME.health",
            "path",
            "tcp",
            "interval",
            "timeout",
            "healthyAfter",
            "unhealthyAfter",
            "required",
            "status",
            "body",
            "host",
            "method",
            "port"),
    EJECTION(
            "upstreams.NAME.ejection",
            "failures",
            "serverErrors",
            "errorRate",
            "window",
            "minRequests",
            "time",
            "maxTime",
            "maxEjected"),
    RETRIES("upstreams.NAME.retries", "attempts", "budget", "perSecond"),
    CONNECTIONS(
            "upstreams.NAME.connections",
            "max",
            "queue",
            "queueTimeout",
            "connecting",
            "connectTimeout",
            "idle",
            "maxAge",
            "maxRequests",
            "streams",
            "ping"),
    ROUTE(
            "routes[]",
            "name",
            "match",
            "priority",
            "to",
            "split",
            "splitBy",
            "redirect",
            "respond",
            "rewrite",
            "requestHeaders",
            "responseHeaders",
            "timeouts",
            "limits",
            "log",
            "importance",
            "allow",
            "deny",
            "rateLimit"),
    MATCH("routes[].match", "host", "path", "pathRegex", "method", "methods", "headers", "query", "client"),
    VALUE("routes[].match.headers.NAME", "prefix", "regex", "present"),
    REDIRECT("routes[].redirect", "location", "status"),
    RESPOND("routes[].respond", "status", "contentType", "body"),
    REWRITE("routes[].rewrite", "stripPrefix", "addPrefix", "path"),
    HEADER_EDITS("routes[].requestHeaders", "set", "add", "remove"),
    ROUTE_TIMEOUTS("routes[].timeouts", "responseHead", "bodyIdle", "bodyGrace", "exchange", "tunnelIdle"),
    ROUTE_LIMITS("routes[].limits", "body", "bodyRate", "requestBuffer", "responseBuffer", "exchanges"),
    RATE_LIMIT("routes[].rateLimit", "requests", "per", "burst", "by", "keys"),
    ROUTE_LOG("routes[].log", "sample", "failures");

    private final String place;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes an immutable one
    private final List<String> keys;

    Part(String place, String... keys) {
        this.place = place;
        this.keys = List.of(keys);
    }

    /** Where in the file, as docs/configuration.md heads its tables; empty: the top level. */
    String place() {
        return place;
    }

    List<String> keys() {
        return keys;
    }
}
