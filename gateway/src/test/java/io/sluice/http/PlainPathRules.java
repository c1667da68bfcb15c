package io.sluice.http;

import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.GatewayConfig.PathPolicy.Choice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules of path normalisation once more, in the plainest way: the oracle of {@link PathNormalizerTest}. */
final class PlainPathRules {
    private static final String REFUSED = "refused";
    private static final Pattern TOKEN = Pattern.compile("%([0-9A-Fa-f]{2})|([^%])");

    private PlainPathRules() {}

    static String apply(String path, PathPolicy policy) {
        if (path.isEmpty()) {
            return "/";
        }
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(path);
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            end = matcher.end();
            tokens.add(token(matcher));
        }
        boolean malformed =
                end != path.length() || tokens.contains("\\") || tokens.contains("\0") || tokens.contains("%00");
        boolean unwanted = (policy.encodedSlash() == Choice.REFUSE && tokens.contains("%2F"))
                || (policy.encodedBackslash() == Choice.REFUSE && tokens.contains("%5C"));
        return malformed || unwanted || !path.startsWith("/") ? REFUSED : resolve(String.join("", tokens), policy);
    }

    private static String token(Matcher matcher) {
        if (matcher.group(2) != null) {
            String c = matcher.group(2);
            return c.matches("[A-Za-z0-9._~!$&'()*+,;=:@/\\\\\0-]") ? c : escape(c);
        }
        String decoded = String.valueOf((char) Integer.parseInt(matcher.group(1), 16));
        return decoded.matches("[A-Za-z0-9._~-]") ? decoded : matcher.group().toUpperCase(Locale.ROOT);
    }

    private static String escape(String c) {
        return String.format("%%%02X", c.getBytes(StandardCharsets.ISO_8859_1)[0]);
    }

    private static String resolve(String path, PathPolicy policy) {
        List<String> kept = new ArrayList<>();
        List<String> segments = List.of(path.substring(1).split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean last = i == segments.size() - 1;
            boolean dots = segment.equals(".") || segment.equals("..");
            if (dots && policy.dotSegments() == Choice.REFUSE) {
                return REFUSED;
            }
            if (segment.equals("..") && (kept.isEmpty() || kept.removeLast().isEmpty())) {
                return REFUSED;
            }
            if (hidesDots(segment)) {
                return REFUSED;
            }
            if (dots && last) {
                kept.add("");
            } else if (!dots && (last || !segment.isEmpty() || policy.doubleSlash() == Choice.KEEP)) {
                kept.add(segment);
            } else if (!dots && policy.doubleSlash() == Choice.REFUSE) {
                return REFUSED;
            }
        }
        return "/" + String.join("/", kept);
    }

    /** Cut at encoded separators, and then freed of parameters, a part is a dot segment. */
    private static boolean hidesDots(String segment) {
        if (segment.equals(".") || segment.equals("..")) {
            return false;
        }
        for (String part : segment.split("%2F|%5C", -1)) {
            String name = part.split(";|%3B", -1)[0];
            if (name.equals(".") || name.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
