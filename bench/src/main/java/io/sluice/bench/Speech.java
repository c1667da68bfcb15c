package io.sluice.bench;

/**
 * What is spoken on one side of a proxy.
 *
 * @param tls over TLS, with a certificate on P-256
 * @param http2 HTTP/2: over TLS by ALPN, else by prior knowledge
 */
record Speech(boolean tls, boolean http2) {
    /** HTTP/1.1 in cleartext. */
    static final Speech PLAIN = new Speech(false, false);

    /** In words, for the head of a table. */
    String description() {
        return (http2 ? "HTTP/2" : "HTTP/1.1") + (tls ? " over TLS" : "");
    }
}
