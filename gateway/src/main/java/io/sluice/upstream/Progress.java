package io.sluice.upstream;

/** How far an attempt got that failed, as far as that says whether it may be made again. */
public enum Progress {
    /** The endpoint has said that it did nothing with the request: whatever it asks for, it may be sent again. */
    UNPROCESSED,
    /** Not a byte of a response came: nobody knows what the endpoint did. */
    UNANSWERED,
    /** Some of a response came. */
    ANSWERED;

    static Progress of(boolean unanswered) {
        return unanswered ? UNANSWERED : ANSWERED;
    }
}
