package io.sluice.http;

import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.config.GatewayConfig.PathPolicy.Choice;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Brings the path of a request into its normal form, once, before it is matched; the same form is forwarded. A path in
 * normal form comes back as it is, so to normalise twice is to normalise once. Nothing is decoded twice: an escape is
 * either a character of RFC 3986 section 2.3 (unreserved), which is decoded, or stays an escape, with its hex digits in
 * upper case. What RFC 3986 lets stand in a path only escaped, such as {@code |}, is escaped.
 *
 * <p>Refused whatever the policy says, since backends disagree about them: malformed escapes, NUL, a raw backslash, a
 * path that climbs above the root, a dot segment with a parameter ({@code /..;x/}, which some servers take for
 * {@code /../}), a dot segment beside an encoded slash or backslash ({@code /a/..%2Fb}), and {@code ..} after an empty
 * segment.
 *
 * <p>Immutable: one serves all loops.
 */
public final class PathNormalizer {
    private static final int REFUSED = -1;

    private final boolean refuseDots;
    private final Choice doubleSlash;
    private final boolean refuseEncodedSlash;
    private final boolean refuseEncodedBackslash;

    /** @throws IllegalArgumentException for a choice that is not offered for that oddity */
    public PathNormalizer(PathPolicy policy) {
        refuseDots = refuses("dotSegments", policy.dotSegments(), Choice.NORMALIZE);
        doubleSlash = policy.doubleSlash();
        refuseEncodedSlash = refuses("encodedSlash", policy.encodedSlash(), Choice.KEEP);
        refuseEncodedBackslash = refuses("encodedBackslash", policy.encodedBackslash(), Choice.KEEP);
    }

    private static boolean refuses(String setting, Choice choice, Choice other) {
        if (choice != other && choice != Choice.REFUSE) {
            throw new IllegalArgumentException(setting + ": " + choice + " (expected: " + other + " or REFUSE)");
        }
        return choice == Choice.REFUSE;
    }

    /**
     * Puts the path of a request into its normal form. {@code *} of {@code OPTIONS *} stays.
     *
     * @return null, or {@link Failure#REQUEST_PATH}: the path is refused and the head unchanged
     */
    public @Nullable Failure apply(Head head) {
        byte[] block = head.block();
        int from = head.pathStart();
        int to = head.pathEnd();
        if (head.isAsterisk() || isPlain(block, from, to)) {
            return null;
        }
        byte[] normal = new byte[1 + 3 * (to - from)];
        int length = normalize(block, from, to, normal);
        if (length == REFUSED) {
            return Failure.REQUEST_PATH;
        }
        if (!Arrays.equals(block, from, to, normal, 0, length)) {
            head.path(normal, 0, length);
        }
        return null;
    }

    /**
     * Whether a path that the gateway made itself, from parts in normal form, may be sent: it begins with one slash and
     * has no dot segment.
     */
    public static boolean isSendable(byte[] path, int from, int to) {
        if (from == to || path[from] != '/' || (from + 1 < to && path[from + 1] == '/')) {
            return false;
        }
        int segment = from + 1;
        for (int i = segment; i <= to; i++) {
            if (i == to || path[i] == '/') {
                if (isDots(path, segment, i) || hasDotsBesideEscape(path, segment, i)) {
                    return false;
                }
                segment = i + 1;
            }
        }
        return true;
    }

    /** The common case, in one scan: nothing in the path can need a change or a refusal. */
    private static boolean isPlain(byte[] block, int from, int to) {
        if (from == to || block[from] != '/') {
            return false;
        }
        boolean afterSlash = false;
        for (int i = from; i < to; i++) {
            byte b = block[i];
            if (b == '/') {
                if (afterSlash) {
                    return false;
                }
                afterSlash = true;
            } else if (!PathText.isPlain(b) || (b == '.' && afterSlash && mayBeDots(block, i + 1, to))) {
                return false;
            } else {
                afterSlash = false;
            }
        }
        return true;
    }

    /** After {@code /.}: false only if this is certainly not a dot segment, such as {@code /.well-known}. */
    private static boolean mayBeDots(byte[] block, int at, int to) {
        return at == to || block[at] == '/' || block[at] == '.' || block[at] == ';';
    }

    /** Writes the normal form to {@code out}; returns its length, or REFUSED. */
    private int normalize(byte[] in, int from, int to, byte[] out) {
        if (from == to) {
            out[0] = '/'; // RFC 9112 section 3.2.1: an empty path is sent as "/"
            return 1;
        }
        if (in[from] != '/') {
            return REFUSED;
        }
        int length = decode(in, from, to, out);
        return length == REFUSED ? REFUSED : resolve(out, length);
    }

    /** Decodes what is unreserved and settles all other escapes, so that afterwards only a raw slash separates. */
    private int decode(byte[] in, int from, int to, byte[] out) {
        int length = 0;
        for (int i = from; i < to; i++) {
            byte b = in[i];
            if (b == '\\' || b == 0) {
                return REFUSED;
            }
            if (b != '%') {
                length = put(b & 0xFF, PathText.isPlain(b), out, length);
                continue;
            }
            int value = i + 2 < to ? PathText.escaped(in, i) : -1;
            if (value <= 0 || (value == '/' && refuseEncodedSlash) || (value == '\\' && refuseEncodedBackslash)) {
                return REFUSED;
            }
            length = put(value, PathText.isUnreserved(value), out, length);
            i += 2;
        }
        return length;
    }

    private static int put(int value, boolean bare, byte[] out, int length) {
        if (!bare) {
            return PathText.escape(value, out, length);
        }
        out[length] = (byte) value;
        return length + 1;
    }

    /** Resolves dot segments and double slashes in place, since the result never grows: RFC 3986 section 5.2.4. */
    private int resolve(byte[] path, int length) {
        int end = 0;
        int to;
        for (int from = 1; from <= length; from = to + 1) {
            to = slash(path, from, length);
            boolean last = to == length;
            if (isDots(path, from, to)) {
                end = refuseDots ? REFUSED : to - from == 1 ? end : parent(path, end);
                if (end == REFUSED) {
                    return REFUSED;
                }
                if (last) {
                    path[end++] = '/';
                }
            } else if (from == to && !last && doubleSlash != Choice.KEEP) {
                if (doubleSlash == Choice.REFUSE) {
                    return REFUSED;
                }
            } else {
                if (hasDotsBesideEscape(path, from, to)) {
                    return REFUSED;
                }
                path[end++] = '/';
                System.arraycopy(path, from, path, end, to - from);
                end += to - from;
            }
        }
        return end;
    }

    private static int slash(byte[] path, int from, int to) {
        int at = from;
        while (at < to && path[at] != '/') {
            at++;
        }
        return at;
    }

    /** The end of the path without its last segment; REFUSED above the root, and for an empty segment. */
    private static int parent(byte[] path, int end) {
        int at = end - 1;
        while (at >= 0 && path[at] != '/') {
            at--;
        }
        return at == end - 1 ? REFUSED : at;
    }

    private static boolean isDots(byte[] path, int from, int to) {
        return switch (to - from) {
            case 1 -> path[from] == '.';
            case 2 -> path[from] == '.' && path[from + 1] == '.';
            default -> false;
        };
    }

    /**
     * Whether a part of the segment between parameters, encoded slashes and encoded backslashes is {@code .} or
     * {@code ..}: a backend that cuts there would climb.
     */
    private static boolean hasDotsBesideEscape(byte[] path, int from, int to) {
        int part = from;
        boolean parameter = false;
        for (int i = from; i < to; i++) {
            boolean semicolon = path[i] == ';' || isEscape(path, i, to, '3', 'B');
            boolean cut = isEscape(path, i, to, '2', 'F') || isEscape(path, i, to, '5', 'C');
            if (semicolon || cut) {
                if (!parameter && isDots(path, part, i)) {
                    return true;
                }
                parameter = semicolon || (parameter && !cut);
                part = path[i] == ';' ? i + 1 : i + 3;
            }
        }
        return part != from && !parameter && isDots(path, part, to);
    }

    private static boolean isEscape(byte[] path, int at, int to, char high, char low) {
        return at + 2 < to && path[at] == '%' && path[at + 1] == high && path[at + 2] == low;
    }
}
