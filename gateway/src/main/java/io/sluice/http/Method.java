package io.sluice.http;

/** The registered methods that matter here (RFC 9110 section 9.3, RFC 5789). */
enum Method {
    /** Any other token. */
    OTHER("", false),
    GET("GET", true),
    HEAD("HEAD", true),
    POST("POST", false),
    PUT("PUT", true),
    DELETE("DELETE", true),
    OPTIONS("OPTIONS", true),
    PATCH("PATCH", false),
    TRACE("TRACE", true),
    CONNECT("CONNECT", false);

    private static final Method[] ALL = values();

    private final String text;
    private final boolean idempotent;

    Method(String text, boolean idempotent) {
        this.text = text;
        this.idempotent = idempotent;
    }

    String text() {
        return text;
    }

    /** RFC 9110 section 9.2.2. */
    boolean idempotent() {
        return idempotent;
    }

    /** RFC 9110 section 9.2.1. */
    boolean safe() {
        return idempotent && this != PUT && this != DELETE;
    }

    /** The method that stands in [from, to); methods are case-sensitive. */
    static Method of(byte[] block, int from, int to) {
        for (Method method : ALL) {
            if (method.stands(block, from, to)) {
                return method;
            }
        }
        return OTHER;
    }

    private boolean stands(byte[] block, int from, int to) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (block[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
