package io.sluice.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The value of a header edit in its pieces: text, and variables such as {@code {client.address}}. A brace begins a
 * variable only before a letter or {@code _}, so that JSON and the like can be written as they are; two open braces
 * stand for a plain one.
 *
 * @param pieces in order, no two texts side by side; empty for an empty value
 */
public record HeaderTemplate(List<Piece> pieces) {

    /** Variables of one value: each may bring in as much as a request head holds. */
    static final int MOST_VARIABLES = 32;

    /** What a value may name besides the captures of the route's path, which go before. */
    static final Set<String> VARIABLES =
            Set.of("client.address", "request.id", "route", "host", "path", "query", "method", "scheme");

    /** A part of a value. */
    public sealed interface Piece {

        record Text(String text) implements Piece {}

        /**
         * What a request has.
         *
         * @param name a capture of the route's path, or one of the gateway's own names
         */
        record Variable(String name) implements Piece {}
    }

    /** Takes a value apart. A variable that does not end is text: the config reader has refused it. */
    public static HeaderTemplate of(String value) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < value.length()) {
            int end = variableEnd(value, at);
            if (end > 0) {
                flush(text, pieces);
                pieces.add(new Piece.Variable(value.substring(at + 1, end)));
                at = end + 1;
            } else {
                text.append(value.charAt(at));
                at += value.startsWith("{{", at) ? 2 : 1;
            }
        }
        flush(text, pieces);
        return new HeaderTemplate(List.copyOf(pieces));
    }

    private static void flush(StringBuilder text, List<Piece> pieces) {
        if (!text.isEmpty()) {
            pieces.add(new Piece.Text(text.toString()));
            text.setLength(0);
        }
    }

    /** Where the variable ends that begins here; -1: it never does; 0: none begins here. */
    private static int variableEnd(String value, int at) {
        boolean begins = value.charAt(at) == '{' && at + 1 < value.length() && isNameStart(value.charAt(at + 1));
        return begins ? value.indexOf('}', at) : 0;
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    /** Whether a variable of the text has no end. */
    static boolean isOpen(String value) {
        for (int at = 0; at < value.length(); at++) {
            if (variableEnd(value, at) < 0) {
                return true;
            }
            at += value.startsWith("{{", at) ? 1 : 0;
        }
        return false;
    }

    /** The names of the variables, in order. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Variable(String name)) {
                names.add(name);
            }
        }
        return names;
    }
}
