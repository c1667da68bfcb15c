package io.sluice.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The subject alternative names of a certificate, and whether one of them is a given name (RFC 9525 section 6): a URI is
 * compared as a whole, an IP address by value, and in a host name {@code *} stands for one whole label, the first one. The
 * common name counts for nothing.
 */
final class CertificateNames {
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    private final List<String> hosts = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private final List<String> uris = new ArrayList<>();

    CertificateNames(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return;
        }
        for (List<?> name : names) {
            if (name.get(0) instanceof Integer type && name.get(1) instanceof String text) {
                switch (type) {
                    case DNS -> hosts.add(text.toLowerCase(Locale.ROOT));
                    case URI -> uris.add(text);
                    case ADDRESS -> addresses.add(text);
                    default -> {}
                }
            }
        }
    }

    /** @param name a URI, an IP address, or a host name in lower case and without a dot at its end */
    boolean have(String name) {
        if (name.contains("://")) {
            return uris.contains(name);
        }
        InetAddress address = literal(name);
        if (address != null) {
            return addresses.stream().anyMatch(text -> address.equals(literal(text)));
        }
        return hosts.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** Null: it is no IP address. */
    static @Nullable InetAddress literal(String name) {
        try {
            return InetAddress.ofLiteral(name);
        } catch (IllegalArgumentException host) {
            return null;
        }
    }

    private static boolean matches(String pattern, String name) {
        if (!pattern.startsWith("*.")) {
            return pattern.equals(name);
        }
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot).equals(pattern.substring(1));
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>(hosts);
        all.addAll(addresses);
        all.addAll(uris);
        int most = 5;
        if (all.isEmpty()) {
            return "no name";
        }
        return String.join(", ", all.subList(0, Math.min(most, all.size())))
                + (all.size() > most ? " and " + (all.size() - most) + " more" : "");
    }
}
