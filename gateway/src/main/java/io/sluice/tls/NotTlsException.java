package io.sluice.tls;

import java.io.IOException;

/** What came is not TLS. Without a stack trace: that is up to anybody who connects. */
public final class NotTlsException extends IOException {
    private static final long serialVersionUID = 1;

    NotTlsException() {
        super("what came is not TLS");
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
