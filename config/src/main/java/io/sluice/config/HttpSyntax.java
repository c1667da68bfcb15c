package io.sluice.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names and values of HTTP, as text (RFC 9110 sections 5.1, 5.5, 5.6.2, 9.1). */
final class HttpSyntax {
    /** Characters of one header value. */
    static final int LONGEST_VALUE = 8192;

    /** Fields that frame a message or manage one connection: the gateway writes them itself. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "content-length",
            "transfer-encoding",
            "keep-alive",
            "upgrade",
            "te",
            "trailer",
            "proxy-connection");

    private static final String NAME_LOOKS = "a header name such as x-request-id";
    private static final String METHOD_LOOKS = "a method such as GET";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}( ?;.*)?");

    private HttpSyntax() {}

    /** A header name, as written. */
    static final Syntax<String> NAME = new Syntax<>(
                    NAME_LOOKS, text -> TOKEN.matcher(text).matches() ? Parsed.good(text) : Parsed.bad(NAME_LOOKS))
            .like(TOKEN.pattern());

    /** A header name that a route may write or remove. */
    static final Syntax<String> EDITABLE_NAME = new Syntax<>(NAME_LOOKS, text -> {
                if (OURS.contains(text.toLowerCase(Locale.ROOT))) {
                    return Parsed.bad(
                            "a header that routes may edit",
                            text + " frames the message or manages the connection, the gateway writes it itself");
                }
                return NAME.read(text);
            })
            .like(TOKEN.pattern());

    /** A header value, sent as UTF-8: no control characters but tabs, no space at its ends; may be empty. */
    static final Syntax<String> VALUE = new Syntax<>("a header value", HttpSyntax::value);

    static final Syntax<String> METHOD = new Syntax<>(METHOD_LOOKS, text -> {
                if (!TOKEN.matcher(text).matches()) {
                    return Parsed.bad(METHOD_LOOKS);
                }
                String upper = text.toUpperCase(Locale.ROOT);
                return upper.equals(text)
                        ? Parsed.good(text)
                        : Parsed.bad("a method in upper case", "did you mean " + upper + "?");
            })
            .like("[0-9A-Z!#$%&'*+.^_`|~-]{1,256}");

    static final Syntax<String> CONTENT_TYPE = new Syntax<>("a media type such as text/plain", text -> {
                Parsed<String> value = value(text);
                return value instanceof Parsed.Good && !MEDIA_TYPE.matcher(text).matches()
                        ? Parsed.bad("a media type such as text/plain")
                        : value;
            })
            .like("[^/]+/.+");

    private static Parsed<String> value(String text) {
        if (text.length() > LONGEST_VALUE) {
            return Parsed.bad("at most " + LONGEST_VALUE + " characters");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7F) {
                return Parsed.bad("a header value without control characters");
            }
        }
        return text.equals(text.strip()) ? Parsed.good(text) : Parsed.bad("no space at the start or end");
    }
}
