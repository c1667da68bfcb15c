package io.sluice.config;

import io.sluice.config.UpstreamConfig.Endpoint;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how TLS is spoken to the endpoints of an upstream. */
final class UpstreamTlsReader {
    private static final String EXPECTED =
            "true, false, or keys and values: " + String.join(", ", Part.UPSTREAM_TLS.keys());
    private static final String PIN_LOOKS = "a host name, an IP address or a URI, without *";
    private static final String HASH_LOOKS = "the SHA-256 of a public key, in base64";
    private static final int HASH_BYTES = 32;
    private static final int MOST_PINS = 100;
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]*://[!-~]{1,2000}");

    private static final Syntax<Boolean> ON_OR_OFF = new Syntax<>(EXPECTED, text -> switch (text) {
                case "true" -> Parsed.good(true);
                case "false" -> Parsed.good(false);
                default -> Parsed.bad(EXPECTED);
            })
            .words("true", "false");

    private static final Syntax<String> NAME_OR_URI = new Syntax<>(
            PIN_LOOKS, text -> URI.matcher(text).matches() ? Parsed.good(text) : Addresses.NAME_OR_ADDRESS.read(text));

    private static final Syntax<String> HASH = new Syntax<>(
                    HASH_LOOKS, text -> isHash(text) ? Parsed.good(text) : Parsed.bad(HASH_LOOKS))
            .like("[A-Za-z0-9+/]{43}=");

    private static final Syntax<TlsVersion> VERSION = Syntax.word(
            Map.entry(TlsVersion.TLS_1_2.word(), TlsVersion.TLS_1_2),
            Map.entry(TlsVersion.TLS_1_3.word(), TlsVersion.TLS_1_3));

    private UpstreamTlsReader() {}

    private static boolean isHash(String text) {
        try {
            return Base64.getDecoder().decode(text).length == HASH_BYTES && text.endsWith("=");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Reads it.
     *
     * @param upstream has the key {@code tls}, or not
     * @return null: cleartext
     */
    static @Nullable UpstreamTls read(Section upstream, List<Endpoint> endpoints) {
        boolean section = upstream.tree("tls") instanceof Tree.Mapping mapping
                && !mapping.entries().isEmpty();
        if (!section) {
            boolean on = !upstream.empty("tls")
                    && upstream.optional("tls", ON_OR_OFF).orElse(false);
            if (upstream.empty("tls")) {
                // must not be cleartext because of a comment sign
                upstream.problem(upstream.place("tls"), "tls", "no value (expected: " + EXPECTED + ")", null);
            }
            if (on) {
                noHeader(upstream);
                needsName(upstream, "tls", "tls", endpoints);
            }
            return on ? UpstreamTls.USUAL : null;
        }
        noHeader(upstream);
        Section in = upstream.section("tls", Part.UPSTREAM_TLS);
        boolean verify = in.optional("verify", Syntax.TRUE_OR_FALSE).orElse(true);
        UpstreamTls tls = new UpstreamTls(
                in.optional("ca", NamedFiles.certificates(in.problems())).orElse(null),
                in.optional("name", Addresses.NAME_OR_ADDRESS).orElse(null),
                pins(in, "names", NAME_OR_URI),
                pins(in, "publicKeys", HASH),
                identity(in),
                verify,
                versions(in));
        if (!verify) {
            for (String key : List.of("ca", "names")) {
                if (in.has(key)) {
                    String expected = "(expected: none, it would not be verified)";
                    in.problem(in.place(key), key, "beside verify: false " + expected, null);
                }
            }
        } else if (!in.has("name") && !in.has("names")) {
            needsName(in, "name", "name", endpoints);
        }
        return tls;
    }

    /** It would have to come before TLS, when it is not known yet whose the connection will be. */
    private static void noHeader(Section upstream) {
        if (upstream.has("proxyProtocol")) {
            String message = "beside tls (expected: one of the two)";
            upstream.problem(upstream.place("proxyProtocol"), "proxyProtocol", message, null);
        }
    }

    /** What a certificate is to be for must not come from where anybody could have written it, nor from nowhere. */
    private static void needsName(Section in, String at, String key, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            String why = switch (endpoint.address()) {
                case HostPort host -> null;
                case UnixPath path -> "a Unix socket has none";
                case SrvName service -> "one that SRV records tell could be anyone's";
            };
            if (why != null) {
                String what = key.equals("tls") ? "tls.name" : key;
                in.problem(in.place(at), what, "missing (expected: the name in the certificate of endpoints)", why);
                return;
            }
        }
    }

    private static List<String> pins(Section in, String key, Syntax<String> syntax) {
        List<String> pins = in.several(key, syntax);
        if (pins.size() > MOST_PINS) {
            in.problem(in.place(key), key, pins.size() + " of them (expected: at most " + MOST_PINS + ")", null);
        }
        return List.copyOf(pins);
    }

    private static @Nullable CertificateFiles identity(Section in) {
        if (in.has("certificate") != in.has("key")) {
            String there = in.has("certificate") ? "certificate" : "key";
            String lacking = in.has("certificate") ? "key" : "certificate";
            in.problem(in.place(there), lacking, "missing (expected: both certificate and key, or none)", null);
        }
        Path certificate = in.optional("certificate", NamedFiles.certificates(in.problems()))
                .orElse(null);
        Path key = in.optional("key", NamedFiles.key(in.problems())).orElse(null);
        if (certificate == null || key == null) {
            return null;
        }
        NamedFiles.match(in, "certificate", certificate, "key", key);
        return new CertificateFiles(certificate, key);
    }

    private static Set<TlsVersion> versions(Section in) {
        List<TlsVersion> given = in.several("versions", VERSION);
        return given.isEmpty() ? Set.copyOf(Arrays.asList(TlsVersion.values())) : Set.copyOf(EnumSet.copyOf(given));
    }
}
