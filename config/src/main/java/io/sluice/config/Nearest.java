package io.sluice.config;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that was probably meant. */
final class Nearest {
    /** A hint is not worth more: ten thousand misspelt names against ten thousand upstreams are slow to compare. */
    private static final int MOST_CANDIDATES = 1000;

    private static final int MOST_LENGTH = 64;

    private Nearest() {}

    /** {@code did you mean "x"?}, or null where nothing is near. */
    static @Nullable String hint(String word, Collection<String> candidates) {
        String nearest = to(word, candidates);
        return nearest == null ? null : "did you mean \"" + nearest + "\"?";
    }

    /** The nearest candidate within a third of the word's length, the first of several; null where none is. */
    static @Nullable String to(String word, Collection<String> candidates) {
        if (word.isEmpty() || word.length() > MOST_LENGTH) {
            return null;
        }
        String wanted = word.toLowerCase(Locale.ROOT);
        String best = null;
        int least = Math.min(3, Math.max(1, word.length() / 3)) + 1;
        int seen = 0;
        for (String candidate : candidates) {
            if (++seen > MOST_CANDIDATES) {
                break;
            }
            if (Math.abs(candidate.length() - word.length()) < least && candidate.length() <= MOST_LENGTH) {
                int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
                if (distance < least) {
                    least = distance;
                    best = candidate;
                }
            }
        }
        return best;
    }

    /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
    static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] free = before;
            before = above;
            above = row;
            row = free;
        }
        return above[b.length()];
    }
}
