package io.sluice.config;

import io.sluice.config.ListenerTls.Clients;
import io.sluice.config.ListenerTls.Verify;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the TLS of a listener. */
final class ListenerTlsReader {
    private static final String CERTIFICATES_LOOK = "a list, each with certificate and key";
    private static final Path NO_FILE = Path.of("");
    private static final int MOST_CERTIFICATES = 10_000;
    private static final Syntax<Integer> CONCURRENT = Syntax.whole(1, 1_000_000);
    private static final Syntax<Duration> OR_OFF = Units.DURATION.orNone(Duration.ZERO);

    private static final Syntax<TlsVersion> VERSION = Syntax.word(
            Map.entry(TlsVersion.TLS_1_2.word(), TlsVersion.TLS_1_2),
            Map.entry(TlsVersion.TLS_1_3.word(), TlsVersion.TLS_1_3));

    private static final Syntax<Verify> VERIFY = Syntax.word(
            Map.entry("none", Verify.NONE),
            Map.entry("optional", Verify.OPTIONAL),
            Map.entry("required", Verify.REQUIRED));

    /** With forward secrecy and authenticated encryption, the fastest with AES instructions first. */
    private static final List<String> MODERN = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** For clients of long ago: to be asked for. */
    private static final List<String> OLD = List.of(
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
            "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
            "TLS_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_RSA_WITH_AES_256_GCM_SHA384");

    private static final Syntax<String> CIPHER = cipher();

    private ListenerTlsReader() {}

    private static Syntax<String> cipher() {
        Map<String, String> words = new LinkedHashMap<>();
        MODERN.forEach(name -> words.put(name, name));
        OLD.forEach(name -> words.put(name, name));
        return new Syntax<>("the name of a cipher suite of TLS 1.2, such as " + MODERN.getFirst(), text -> {
                    boolean known = words.containsKey(text);
                    return known
                            ? Parsed.good(text)
                            : Parsed.bad(
                                    "one of " + String.join(", ", words.keySet()), Nearest.hint(text, words.keySet()));
                })
                .words(words.keySet().toArray(String[]::new));
    }

    /**
     * Reads it.
     *
     * @return null: cleartext
     */
    static @Nullable ListenerTls read(Section listener) {
        Section in = listener.section("tls", Part.LISTENER_TLS);
        // a section whose keys are all commented out must not make a listener speak cleartext
        boolean wanted = listener.has("tls");
        List<CertificateFiles> certificates = certificates(in, wanted);
        Set<TlsVersion> versions = versions(in);
        List<String> ciphers = List.copyOf(new LinkedHashSet<>(in.several("ciphers", CIPHER)));
        Section handshake = in.section("handshake", Part.LISTENER_HANDSHAKE);
        ListenerTls tls = new ListenerTls(
                certificates,
                versions,
                ciphers.isEmpty() ? MODERN : ciphers,
                clients(in),
                in.optional("sessionTickets", OR_OFF).orElse(Duration.ofHours(12)),
                new ListenerTls.Handshake(
                        handshake.optional("timeout", Units.DURATION).orElse(Duration.ofSeconds(10)),
                        handshake.optional("concurrent", CONCURRENT).orElse(10_000)),
                in.optional("hsts", OR_OFF).orElse(Duration.ZERO));
        return wanted ? tls : null;
    }

    private static List<CertificateFiles> certificates(Section in, boolean wanted) {
        if (wanted) {
            in.missing("certificates", CERTIFICATES_LOOK);
        }
        List<Tree> items = in.items("certificates", CERTIFICATES_LOOK);
        if (in.empty("certificates")) {
            in.problem(in.place("certificates"), "certificates", "empty (expected: at least one)", null);
        }
        if (items.size() > MOST_CERTIFICATES) {
            in.problem(
                    in.place("certificates"),
                    "certificates",
                    items.size() + " of them (expected: at most " + MOST_CERTIFICATES + ")",
                    null);
            return List.of();
        }
        List<CertificateFiles> certificates = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            Tree item = items.get(i);
            String path = in.path("certificates") + "[" + i + "]";
            certificates.add(
                    certificate(new Section(Part.LISTENER_CERTIFICATE, path, item.place(), item, in.problems())));
        }
        return List.copyOf(certificates);
    }

    private static CertificateFiles certificate(Section in) {
        Path certificate = in.required("certificate", NamedFiles.certificates(in.problems()))
                .orElse(NO_FILE);
        Path key = in.required("key", NamedFiles.key(in.problems())).orElse(NO_FILE);
        if (!certificate.equals(NO_FILE) && !key.equals(NO_FILE)) {
            NamedFiles.match(in, "certificate", certificate, "key", key);
        }
        return new CertificateFiles(certificate, key);
    }

    private static Set<TlsVersion> versions(Section in) {
        List<TlsVersion> given = in.several("versions", VERSION);
        return given.isEmpty() ? Set.copyOf(Arrays.asList(TlsVersion.values())) : Set.copyOf(EnumSet.copyOf(given));
    }

    private static Clients clients(Section in) {
        Verify verify = in.optional("clientCertificates", VERIFY).orElse(Verify.NONE);
        Path authorities = in.optional("clientAuthorities", NamedFiles.certificates(in.problems()))
                .orElse(null);
        if (verify == Verify.NONE) {
            if (in.has("clientAuthorities") && !in.has("clientCertificates")) {
                in.problem(
                        in.place("clientAuthorities"),
                        "clientAuthorities",
                        "without clientCertificates (expected: clientCertificates: required, or optional)",
                        null);
            }
            return Clients.NONE;
        }
        if (!in.has("clientAuthorities")) {
            in.problem(
                    in.place("clientCertificates"),
                    "clientAuthorities",
                    "missing (expected: a PEM file with the certificates of those who sign for clients)",
                    null);
            return Clients.NONE;
        }
        return new Clients(verify, authorities);
    }
}
