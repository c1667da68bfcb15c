package io.sluice.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Regular expressions that run in linear time (RE2 syntax). That they also compile in bounded time and memory is seen to
 * here: counted repetitions of repetitions are estimated before the compiler unrolls them.
 */
final class Regexes {
    static final int LONGEST = 1000;
    private static final String LOOKS = "a regular expression";

    /** Instructions of the compiled program, roughly. */
    private static final long LARGEST = 10_000;

    private static final int DEEPEST = 100;

    private Regexes() {}

    static final Syntax<Pattern> REGEX = new Syntax<>(LOOKS, Regexes::compiled);

    private static Parsed<Pattern> compiled(String text) {
        if (text.isEmpty()) {
            return Parsed.bad(LOOKS);
        }
        if (text.length() > LONGEST) {
            return Parsed.bad("at most " + LONGEST + " characters");
        }
        if (new Estimate(text).size() > LARGEST) {
            return Parsed.bad("less repetition, and groups at most " + DEEPEST + " deep");
        }
        try {
            return Parsed.good(Pattern.compile(text));
        } catch (PatternSyntaxException e) {
            return Parsed.bad(
                    LOOKS, e.getDescription() + (e.getPattern() == null ? "" : ": " + Shown.value(e.getPattern())));
        }
    }

    /** How large the compiled program becomes, from above. */
    private static final class Estimate {
        private final String text;
        private final Deque<Long> outer = new ArrayDeque<>();
        private long group;
        private long last;
        private int at;

        Estimate(String text) {
            this.text = text;
        }

        long size() {
            while (at < text.length()) {
                char c = text.charAt(at++);
                switch (c) {
                    case '\\' -> escape();
                    case '[' -> set();
                    case '(' -> open();
                    case ')' -> close();
                    case '{' -> repeat();
                    default -> atom(1);
                }
                if (outer.size() > DEEPEST || group > LARGEST) {
                    return LARGEST + 1;
                }
            }
            while (!outer.isEmpty()) {
                close();
            }
            return group;
        }

        private void atom(long size) {
            last = size;
            group += size;
        }

        private void escape() {
            if (text.startsWith("Q", at)) {
                int end = text.indexOf("\\E", at);
                int stop = end < 0 ? text.length() : end;
                group += stop - at;
                last = 1;
                at = Math.min(text.length(), stop + 2);
                return;
            }
            at = Math.min(text.length(), at + 1);
            atom(1);
        }

        private void set() {
            if (text.startsWith("^", at)) {
                at++;
            }
            if (text.startsWith("]", at)) {
                at++;
            }
            while (at < text.length() && text.charAt(at) != ']') {
                if (text.charAt(at) == '\\') {
                    at++;
                } else if (text.startsWith("[:", at) && text.indexOf(":]", at) > 0) {
                    at = text.indexOf(":]", at) + 1;
                }
                at++;
            }
            at++;
            atom(1);
        }

        private void open() {
            outer.push(group);
            group = 0;
            last = 0;
        }

        private void close() {
            if (!outer.isEmpty()) {
                long inner = group + 2;
                group = outer.pop() + inner;
                last = inner;
            }
        }

        private void repeat() {
            int end = text.indexOf('}', at);
            String counts = end < 0 ? "" : text.substring(at, end);
            if (!counts.matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
                atom(1);
                return;
            }
            long most = 1;
            for (String count : counts.split(",", 2)) {
                most = count.isEmpty() ? most : Math.max(most, Long.parseLong(count));
            }
            at = end + 1;
            group += last * (most - 1) * 2;
            last *= most * 2;
        }
    }
}
