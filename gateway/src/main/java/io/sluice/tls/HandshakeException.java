package io.sluice.tls;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why TLS with a peer failed. An expected event of the network: it has no stack trace. */
public final class HandshakeException extends IOException {
    private static final long serialVersionUID = 1;
    /** What BoringSSL and the JDK say of an alert that came. */
    private static final Pattern ALERT = Pattern.compile(
            "OPENSSL_internal:(?:SSLV3_ALERT_|TLSV1_ALERT_|TLSV1_)([A-Z0-9_]+)|fatal alert: ([a-z0-9_]+)");

    private static final int LONGEST = 200;

    private final Kind kind;

    /** What went wrong. */
    public enum Kind {
        /** The peer's certificate is not accepted here. */
        CERTIFICATE,
        /** The peer refused: it sent an alert. */
        ALERT,
        /** It is no TLS, nothing that both can speak, or it ended early. */
        PROTOCOL,
        /** Nothing more came in time. */
        TIMEOUT;

        private final String word = name().toLowerCase(Locale.ROOT);

        /** In metrics. */
        public String word() {
            return word;
        }
    }

    public HandshakeException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What a TLS engine threw, as one of these. */
    public static HandshakeException of(Throwable thrown) {
        if (thrown instanceof HandshakeException known) {
            return known;
        }
        String text = "TLS failed";
        Throwable cause = thrown;
        // causes may form a circle
        for (int depth = 0; cause != null && depth < 10; depth++) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof CertificateException) {
                return new HandshakeException(Kind.CERTIFICATE, shortened(message));
            }
            String alert = alert(message);
            if (alert != null) {
                return new HandshakeException(Kind.ALERT, "the endpoint sent alert " + alert);
            }
            if (cause.getMessage() != null) {
                text = message;
            }
            cause = cause.getCause();
        }
        return new HandshakeException(Kind.PROTOCOL, shortened(text));
    }

    private static @Nullable String alert(String message) {
        Matcher matcher = ALERT.matcher(message);
        if (!matcher.find()) {
            return null;
        }
        String name = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return name.toLowerCase(Locale.ROOT);
    }

    /** Some messages show all that came. */
    private static String shortened(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }

    public Kind kind() {
        return kind;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
