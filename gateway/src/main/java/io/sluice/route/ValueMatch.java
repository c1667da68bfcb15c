package io.sluice.route;

import com.google.re2j.Pattern;
import io.sluice.config.RouteConfig.ValuePattern;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A compiled pattern over one header or query value; values are compared as UTF-8. */
sealed interface ValueMatch {

    boolean matches(byte[] bytes, int from, int to);

    static ValueMatch of(ValuePattern pattern) {
        return switch (pattern) {
            case ValuePattern.Equal equal -> new Equal(equal.value(), utf8(equal.value()));
            case ValuePattern.Prefix prefix -> new Prefix(prefix.value(), utf8(prefix.value()));
            case ValuePattern.Regex regex -> new Expression(Pattern.compile(regex.expression()));
            case ValuePattern.Present present -> new Present();
            case ValuePattern.Absent absent -> new Absent();
        };
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What was expected, for people. */
    @Override
    String toString();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Equal(String text, byte[] value) implements ValueMatch {
        @Override
        public boolean matches(byte[] bytes, int from, int to) {
            return Arrays.equals(value, 0, value.length, bytes, from, to);
        }

        @Override
        public String toString() {
            return '"' + text + '"';
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Prefix(String text, byte[] value) implements ValueMatch {
        @Override
        public boolean matches(byte[] bytes, int from, int to) {
            return to - from >= value.length && Arrays.equals(value, 0, value.length, bytes, from, from + value.length);
        }

        @Override
        public String toString() {
            return "prefix \"" + text + '"';
        }
    }

    /** Over the whole value. */
    record Expression(Pattern pattern) implements ValueMatch {
        @Override
        public boolean matches(byte[] bytes, int from, int to) {
            return pattern.matches(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "regex \"" + pattern + '"';
        }
    }

    /** Any value. */
    record Present() implements ValueMatch {
        @Override
        public boolean matches(byte[] bytes, int from, int to) {
            return true;
        }

        @Override
        public String toString() {
            return "present";
        }
    }

    /** No value may be there: each that is speaks against it. */
    record Absent() implements ValueMatch {
        @Override
        public boolean matches(byte[] bytes, int from, int to) {
            return false;
        }

        @Override
        public String toString() {
            return "absent";
        }
    }
}
