package io.sluice.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** What does the work of TLS. */
public enum TlsLibrary {
    /** Native, where there is a library for the platform. What it makes has to be given back by hand. */
    BORINGSSL(SslProvider.OPENSSL_REFCNT),
    /** That of the Java runtime: everywhere, at several times the CPU and memory. */
    JDK(SslProvider.JDK);

    private final SslProvider provider;

    TlsLibrary(SslProvider provider) {
        this.provider = provider;
    }

    SslProvider provider() {
        return provider;
    }

    /** The best that works here. */
    public static TlsLibrary best() {
        return OpenSsl.isAvailable() ? BORINGSSL : JDK;
    }

    /** Why the native one does not work here. */
    public static String lack() {
        Throwable cause = OpenSsl.unavailabilityCause();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }
}
