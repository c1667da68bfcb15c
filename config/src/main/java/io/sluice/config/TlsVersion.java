package io.sluice.config;

/** Versions of TLS; older ones are not spoken (RFC 8996). */
public enum TlsVersion {
    TLS_1_2("TLSv1.2"),
    TLS_1_3("TLSv1.3");

    private final String word;

    TlsVersion(String word) {
        this.word = word;
    }

    /** In configs, and to TLS libraries. */
    public String word() {
        return word;
    }
}
