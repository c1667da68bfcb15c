package io.sluice.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the word that was probably meant. */
final class Nearest {
    private static final int LONGEST = 64;

    private Nearest() {}

    /** {@code did you mean "x"?}, or null where nothing is near. */
    static @Nullable String hint(String word, Collection<String> candidates) {
        String nearest = to(word, candidates);
        return nearest == null ? null : "did you mean \"" + nearest + "\"?";
    }

    /** The nearest candidate within a third of the word's length, at most three edits; the first of several, or null. */
    static @Nullable String to(String word, Collection<String> candidates) {
        if (word.isEmpty() || word.length() > LONGEST) {
            return null;
        }
        String wanted = word.toLowerCase(Locale.ROOT);
        String best = null;
        int most = Math.min(3, Math.max(1, word.length() / 3));
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - word.length()) <= most) {
                int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT), most);
                if (distance <= most) {
                    most = distance - 1;
                    best = candidate;
                }
            }
        }
        return best;
    }

    /**
     * Insertions, deletions, replacements and swaps of neighbours that turn one word into the other, or more than most.
     * Looks only at the part of the matrix that can hold such a distance.
     */
    static int distance(String a, String b, int most) {
        int[] before = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            Arrays.fill(row, most + 1);
            row[0] = i;
            for (int j = Math.max(1, i - most); j <= Math.min(b.length(), i + most); j++) {
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
