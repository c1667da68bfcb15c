package io.sluice.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One file of the dashboard, with what is sent of it by what the client takes.
 *
 * @param lasting its name changes with what it holds, so that nobody needs to ask for it again
 * @param forms the one as it is last, smaller ones before it
 */
record DashboardFile(String type, boolean lasting, List<Form> forms) {
    /** What takes the page's place in a build without it. */
    static final DashboardFile NONE =
            of("/index.html", "text/plain; charset=utf-8", """
            This build of Sluice has no dashboard.
            The admin API describes itself at /api/v1/openapi.json, and metrics are at /metrics.
            """.getBytes(StandardCharsets.UTF_8), null, null);

    /** No script, style, image or call but from here; no page may hold this one. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
                    + "frame-ancestors 'none'";

    private static final String ASSETS = "/assets/";
    private static final int TAG_BYTES = 8;

    /**
     * A file in one coding.
     *
     * @param coding as in Content-Encoding (RFC 9110 section 8.4); empty: none
     * @param etag strong, another one for each coding
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Form(String coding, byte[] bytes, String etag) {
        private static Stream<Form> of(String coding, byte @Nullable [] bytes) {
            return bytes == null ? Stream.empty() : Stream.of(new Form(coding, bytes, tag(coding, bytes)));
        }

        private static String tag(String coding, byte[] bytes) {
            String digest = HexFormat.of().formatHex(Digests.sha256(bytes), 0, TAG_BYTES);
            return '"' + digest + (coding.isEmpty() ? "" : "-" + coding) + '"';
        }
    }

    /**
     * A file.
     *
     * @param path as it is asked for
     * @param brotli the same, compressed; null: not there
     * @param gzip likewise
     */
    static DashboardFile of(String path, String type, byte[] plain, byte @Nullable [] brotli, byte @Nullable [] gzip) {
        List<Form> forms = Stream.of(Form.of("br", brotli), Form.of("gzip", gzip), Form.of("", plain))
                .flatMap(form -> form)
                .toList();
        return new DashboardFile(type, path.startsWith(ASSETS), forms);
    }

    AdminResponse answer(HttpHeaders asked) {
        Form form = chosen(String.join(",", asked.getAll(HttpHeaderNames.ACCEPT_ENCODING)));
        boolean same = asked.get(HttpHeaderNames.IF_NONE_MATCH, "").contains(form.etag);
        AdminResponse response = (same ? AdminResponse.empty(304) : AdminResponse.bytes(200, type, form.bytes))
                .with("etag", form.etag)
                .with("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache")
                .with("content-security-policy", POLICY)
                .with("referrer-policy", "no-referrer")
                .with("cross-origin-opener-policy", "same-origin")
                .with("cross-origin-resource-policy", "same-origin");
        if (forms.size() > 1) {
            response = response.with("vary", "accept-encoding");
        }
        return same || form.coding.isEmpty() ? response : response.with("content-encoding", form.coding);
    }

    private Form chosen(String accepted) {
        for (Form form : forms) {
            if (form.coding.isEmpty() || accepts(accepted, form.coding)) {
                return form;
            }
        }
        return forms.getLast();
    }

    /** Whether a coding is named, and not with a weight of zero (RFC 9110 section 12.5.3). */
    private static boolean accepts(String accepted, String coding) {
        for (String each : accepted.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = each.split(";", 2);
            if (parts[0].strip().equals(coding)) {
                return parts.length == 1 || !parts[1].strip().matches("q\\s*=\\s*0(\\.0*)?");
            }
        }
        return false;
    }
}
