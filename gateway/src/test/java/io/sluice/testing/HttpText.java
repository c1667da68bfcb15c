package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Messages as text. */
public final class HttpText {
    private HttpText() {}

    /** {@code GET path} of example.test. */
    public static String get(String path) {
        return request("GET " + path + " HTTP/1.1");
    }

    /** A request of example.test with these further fields, without a body. */
    public static String request(String line, String... fields) {
        return head(line, fields).replaceFirst("\r\n", "\r\nHost: example.test\r\n");
    }

    /** A start line, fields and the empty line: exactly these. */
    public static String head(String line, String... fields) {
        StringBuilder head = new StringBuilder(line).append("\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /** {@code POST path} with a body of known length. */
    public static String post(String path, String body) {
        return request("POST " + path + " HTTP/1.1", "Content-Length: " + body.length()) + body;
    }

    /** {@code POST path} with a chunked body. */
    public static String postChunked(String path, String... chunks) {
        return request("POST " + path + " HTTP/1.1", "Transfer-Encoding: chunked") + chunked(chunks);
    }

    /** A 200 with a body of known length. */
    public static String ok(String body) {
        return response("200 OK", body);
    }

    /** A response with a body of known length. */
    public static String response(String status, String body, String... fields) {
        String length = "Content-Length: " + body.getBytes(ISO_8859_1).length;
        return head("HTTP/1.1 " + status, fields).replaceFirst("\r\n", "\r\n" + length + "\r\n") + body;
    }

    /** A chunked body with its end, without trailers. */
    public static String chunked(String... chunks) {
        StringBuilder body = new StringBuilder();
        for (String chunk : chunks) {
            body.append(chunk(chunk));
        }
        return body.append("0\r\n\r\n").toString();
    }

    public static String chunk(String data) {
        return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
    }
}
