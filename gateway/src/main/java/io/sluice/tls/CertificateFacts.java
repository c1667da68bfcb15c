package io.sluice.tls;

import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is told of a certificate.
 *
 * @param file it was read from
 * @param names that it is for, in lower case; with {@code *.} in front where it is for all of one label more
 * @param expires when it, or the first of those that lead to its authority, is not valid any more; of a file of authorities the
 *     first of those that still are
 */
public record CertificateFacts(Path file, List<String> names, Instant expires) {
    private static final int DNS_NAME = 2;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([A-Za-z0-9.*_-]{1,253})(?:,|$)");

    /** @param chain at least one */
    static CertificateFacts of(Path file, List<X509Certificate> chain) {
        Instant expires = chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
        return new CertificateFacts(file, names(chain.getFirst()), expires);
    }

    /**
     * Of those whom a file says are trusted.
     *
     * @param authorities at least one
     */
    static CertificateFacts ofAuthorities(Path file, List<X509Certificate> authorities) {
        Instant now = Instant.now();
        // one that has ended already is only in force where there is no other
        Comparator<Instant> order = Comparator.comparing(now::isAfter);
        Instant expires = authorities.stream()
                .map(authority -> authority.getNotAfter().toInstant())
                .min(order.thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
        return new CertificateFacts(file, List.of(), expires);
    }

    /** How long it is valid yet; negative if it is not any more. */
    public Duration left(Instant now) {
        return Duration.between(now, expires);
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.getFirst() instanceof Integer type && type == DNS_NAME) {
                        names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            // it is for who asks for none of the others
            return List.of();
        }
        if (names.isEmpty()) {
            Matcher common =
                    COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
            if (common.find()) {
                names.add(common.group(1).toLowerCase(Locale.ROOT));
            }
        }
        return List.copyOf(names);
    }
}
