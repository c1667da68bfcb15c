package io.sluice.testing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 message as it was on the wire; bytes are Latin-1 characters.
 *
 * @param head as received, with all line ends
 * @param body decoded from its framing
 * @param trailers of a chunked body
 */
public record WireMessage(String head, List<Field> fields, String body, List<Field> trailers) {

    /** A field as received, without the whitespace around its value. */
    public record Field(String name, String value) {}

    /** Splits a head that ends with an empty line. */
    static WireMessage ofHead(String head) {
        String[] lines = head.split("\r\n", -1);
        List<Field> fields = new ArrayList<>();
        for (int i = 1; i < lines.length - 2; i++) {
            fields.add(field(lines[i]));
        }
        return new WireMessage(head, List.copyOf(fields), "", List.of());
    }

    static Field field(String line) {
        int colon = line.indexOf(':');
        if (colon < 1) {
            throw new AssertionError("not a field: " + line);
        }
        return new Field(line.substring(0, colon), line.substring(colon + 1).strip());
    }

    WireMessage with(String wholeBody, List<Field> wholeTrailers) {
        return new WireMessage(head, fields, wholeBody, List.copyOf(wholeTrailers));
    }

    public String startLine() {
        return head.substring(0, head.indexOf("\r\n"));
    }

    /** Of a response. */
    public int status() {
        if (!startLine().matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
            throw new AssertionError("not a status line: " + startLine());
        }
        return Integer.parseInt(head.substring(9, 12));
    }

    /** Of a request. */
    public String method() {
        return head.substring(0, head.indexOf(' '));
    }

    /** Of a request. */
    public String target() {
        return startLine().split(" ", -1)[1];
    }

    /** All values of that name, in order. */
    public List<String> values(String name) {
        return values(fields, name);
    }

    /** All values of that trailer. */
    public List<String> trailer(String name) {
        return values(trailers, name);
    }

    private static List<String> values(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /** The value of a field that is there once; null if it is not there. */
    public @Nullable String value(String name) {
        List<String> values = values(name);
        if (values.size() > 1) {
            throw new AssertionError(name + " is there " + values.size() + " times:\n" + head);
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }

    /** Whether a list field, such as Connection, names this option. */
    public boolean names(String field, String option) {
        return values(field).stream()
                .flatMap(value -> List.of(value.split(",", -1)).stream())
                .anyMatch(item -> item.strip().equalsIgnoreCase(option));
    }
}
