package io.sluice.h2;

/** Why a stream or a connection is ended (RFC 9113 section 7). The code on the wire is the place in this list. */
public enum ErrorCode {
    NO_ERROR,
    PROTOCOL_ERROR,
    INTERNAL_ERROR,
    FLOW_CONTROL_ERROR,
    SETTINGS_TIMEOUT,
    STREAM_CLOSED,
    FRAME_SIZE_ERROR,
    REFUSED_STREAM,
    CANCEL,
    COMPRESSION_ERROR,
    CONNECT_ERROR,
    ENHANCE_YOUR_CALM,
    INADEQUATE_SECURITY,
    HTTP_1_1_REQUIRED;

    private static final ErrorCode[] ALL = values();

    /** As in frames. */
    @SuppressWarnings("EnumOrdinal") // in the order of the RFC
    public int code() {
        return ordinal();
    }

    /** What a code on the wire means; one that is not known is no better than INTERNAL_ERROR (RFC 9113 section 7). */
    public static ErrorCode of(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : INTERNAL_ERROR;
    }
}
