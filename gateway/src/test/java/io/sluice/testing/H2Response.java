package io.sluice.testing;

import java.util.List;

/**
 * What came on one stream.
 *
 * @param heads the blocks of fields in their order: interim responses, the response, trailers; lines {@code name: value}
 * @param reset code of the RST_STREAM that ended it; -1: it ended with END_STREAM
 */
public record H2Response(List<List<String>> heads, String body, int reset) {
    public static final int NOT_RESET = -1;

    /** Of the final response. */
    public int status() {
        return Integer.parseInt(head().getFirst().substring(":status: ".length()));
    }

    /** Of the final response. */
    public List<String> head() {
        return heads.stream()
                .filter(head -> head.getFirst().startsWith(":status: ")
                        && !head.getFirst().startsWith(":status: 1"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no response, but " + heads + " and reset " + reset));
    }

    /** A field of the final response; empty if it is not there. */
    public String field(String name) {
        return head().stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
