package io.sluice.http;

import java.util.Arrays;

/**
 * What clients of gRPC are answered where the gateway itself has something to say: they take no notice of a status, but of a head that is
 * trailers too ("Trailers-Only"), with a code of their own. Any thread.
 */
public final class GrpcAnswers {
    private static final String TYPE = "application/grpc";
    private static final byte[] NO_BODY = {};

    private static final int UNKNOWN = 2;
    private static final int DEADLINE_EXCEEDED = 4;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNIMPLEMENTED = 12;
    private static final int INTERNAL = 13;
    private static final int UNAVAILABLE = 14;

    private static final Answer[] FAILURES =
            Arrays.stream(Failure.values()).map(GrpcAnswers::of).toArray(Answer[]::new);

    private GrpcAnswers() {}

    /** The request is one of gRPC, whatever it carries; but never one for which 200 means a tunnel. */
    public static boolean fit(Head request) {
        int field = request.find("content-type", 0);
        if (field < 0 || request.isConnect()) {
            return false;
        }
        int from = request.valueStart(field);
        int end = from + TYPE.length();
        int to = request.valueEnd(field);
        byte[] block = request.block();
        return end <= to
                && Octets.equalsIgnoreCase(block, from, end, TYPE)
                && (end == to || block[end] == '+' || block[end] == ';');
    }

    /** The answer to a failure, to be edited. */
    @SuppressWarnings("EnumOrdinal") // never stored
    public static Answer failure(Failure failure, Head into) {
        Answer answer = FAILURES[failure.ordinal()];
        answer.head(into);
        return answer;
    }

    private static Answer of(Failure failure) {
        return Answer.of(200, null, NO_BODY)
                .with("Content-Type", TYPE)
                .with("grpc-status", Integer.toString(code(failure)))
                // no character of it needs to be escaped
                .with("grpc-message", failure.cause() + ": " + failure.text())
                .with("Proxy-Status", Answer.proxyStatus(failure));
    }

    /** The code that comes nearest; a client may try again what is UNAVAILABLE. */
    static int code(Failure failure) {
        if (failure == Failure.EXCHANGE_TIMEOUT || failure == Failure.RESPONSE_HEAD_TIMEOUT) {
            return DEADLINE_EXCEEDED;
        }
        return switch (failure.status()) {
            case 403 -> PERMISSION_DENIED;
            case 404, 501 -> UNIMPLEMENTED;
            case 408 -> DEADLINE_EXCEEDED;
            case 413, 414, 431 -> RESOURCE_EXHAUSTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            case 400, 417, 500, 505, 508 -> INTERNAL;
            default -> UNKNOWN;
        };
    }
}
