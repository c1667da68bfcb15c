package io.sluice.route;

import io.sluice.config.RouteConfig.Rewrite;
import io.sluice.http.Head;
import io.sluice.http.PathNormalizer;
import io.sluice.http.PathText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the path that is forwarded from the normalised one that was matched. */
sealed interface PathRewrite {

    /** The new path; the bytes may be what they were. Null: it would not be a path that may be sent. */
    byte @Nullable [] path(Head head);

    /**
     * @return null: the path stays
     * @throws IllegalArgumentException for a template with unknown names, and a prefix that is no path
     */
    static @Nullable PathRewrite of(Rewrite rewrite, PathMatch match) {
        String template = rewrite.template();
        if (template != null) {
            return new ByTemplate(Template.of("template", template, match.names(), PathRewrite::encoded), match);
        }
        byte[] strip = prefix("stripPrefix", rewrite.stripPrefix());
        byte[] add = prefix("addPrefix", rewrite.addPrefix());
        return strip.length == 0 && add.length == 0 ? null : new ByPrefix(strip, add);
    }

    private static String encoded(String text) {
        return new String(PathText.encode(text), StandardCharsets.ISO_8859_1);
    }

    /** Without a slash at the end, since what follows begins with one. */
    private static byte[] prefix(String setting, @Nullable String text) {
        if (text == null || text.equals("/")) {
            return new byte[0];
        }
        byte[] prefix = PathText.encode(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (!PathNormalizer.isSendable(prefix, 0, prefix.length)) {
            throw new IllegalArgumentException(setting + ": " + text + " (expected: a path without dot segments)");
        }
        return prefix;
    }

    /** Two slashes at the beginning would make the first segment a host to some readers. */
    static int beginning(byte[] path, int from) {
        int at = from;
        while (at + 1 < path.length && path[at] == '/' && path[at + 1] == '/') {
            at++;
        }
        return at;
    }

    /** First takes a prefix of whole segments away, if the path has it, then puts another one before it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ByPrefix(byte[] strip, byte[] add) implements PathRewrite {
        @Override
        public byte[] path(Head head) {
            byte[] path = Arrays.copyOfRange(head.block(), head.pathStart(), head.pathEnd());
            int rest = beginning(path, hasPrefix(path) ? strip.length : 0);
            if (rest == path.length && add.length == 0) {
                return new byte[] {'/'};
            }
            byte[] made = Arrays.copyOf(add, add.length + path.length - rest);
            System.arraycopy(path, rest, made, add.length, path.length - rest);
            return made;
        }

        private boolean hasPrefix(byte[] path) {
            return path.length >= strip.length
                    && Arrays.equals(strip, 0, strip.length, path, 0, strip.length)
                    && (path.length == strip.length || path[strip.length] == '/');
        }
    }

    /** Writes the path anew, from what the pattern captured. */
    record ByTemplate(Template template, PathMatch match) implements PathRewrite {
        @Override
        public byte @Nullable [] path(Head head) {
            Map<String, String> captures = match.captures(head);
            StringBuilder text = new StringBuilder("/"); // doubled by the template's own, and cut below
            boolean emptied = false;
            for (Template.Part part : template.parts()) {
                String piece = switch (part) {
                    case Template.Part.Text plain -> plain.text();
                    case Template.Part.Placeholder placeholder -> captures.getOrDefault(placeholder.name(), "");
                };
                // what matched nothing leaves no double slash behind
                text.append(emptied && piece.startsWith("/") ? piece.substring(1) : piece);
                emptied = piece.isEmpty() && text.charAt(text.length() - 1) == '/';
            }
            byte[] made = text.toString().getBytes(StandardCharsets.ISO_8859_1);
            byte[] path = Arrays.copyOfRange(made, beginning(made, 0), made.length);
            return PathNormalizer.isSendable(path, 0, path.length) ? path : null;
        }
    }
}
