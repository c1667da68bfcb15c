package io.sluice.http;

/** The header fields that the gateway itself reads, writes or drops. Each field of a {@link Head} carries one. */
public enum Name {
    OTHER(""),
    HOST("host"),
    CONNECTION("connection"),
    CONTENT_LENGTH("content-length"),
    TRANSFER_ENCODING("transfer-encoding"),
    KEEP_ALIVE("keep-alive"),
    PROXY_CONNECTION("proxy-connection"),
    PROXY_AUTHENTICATE("proxy-authenticate"),
    PROXY_AUTHORIZATION("proxy-authorization"),
    TE("te"),
    TRAILER("trailer"),
    UPGRADE("upgrade"),
    EXPECT("expect"),
    VIA("via"),
    FORWARDED("forwarded"),
    X_FORWARDED_FOR("x-forwarded-for"),
    X_FORWARDED_PROTO("x-forwarded-proto"),
    X_FORWARDED_HOST("x-forwarded-host"),
    X_FORWARDED_PORT("x-forwarded-port"),
    X_REAL_IP("x-real-ip"),
    X_REQUEST_ID("x-request-id"),
    DATE("date"),
    SERVER("server"),
    COOKIE("cookie"),
    USER_AGENT("user-agent"),
    REFERER("referer"),
    MAX_FORWARDS("max-forwards"),
    HTTP2_SETTINGS("http2-settings");

    private final String text;

    Name(String text) {
        this.text = text;
    }

    /** In lower case. */
    public String text() {
        return text;
    }
}
