package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;

import io.sluice.http.Failure;
import io.sluice.proxy.ByteFault.End;
import io.sluice.proxy.ByteFault.Stop;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes a {@link ByteFault} of each byte of a message, and says from {@link Row} what must come of it. */
final class ByteFaults {
    private static final String DATA = "GHIJKLMNOP";
    private static final String LONG = DATA.repeat(60_000);

    /** How far an exchange is when one side stops, and the one right cause for each way to stop; null: it goes well. */
    enum Row {
        // the endpoint stops
        NO_BYTE_OF_THE_RESPONSE(
                Failure.UPSTREAM_CLOSED, Failure.UPSTREAM_CLOSED, Failure.RESPONSE_HEAD_TIMEOUT, End.ANSWERED),
        IN_THE_RESPONSE_HEAD(
                Failure.RESPONSE_TRUNCATED, Failure.RESPONSE_TRUNCATED, Failure.RESPONSE_HEAD_TIMEOUT, End.ANSWERED),
        IN_THE_RESPONSE_BODY(
                Failure.RESPONSE_TRUNCATED, Failure.RESPONSE_TRUNCATED, Failure.RESPONSE_BODY_TIMEOUT, End.CUT),
        /** Its end is the FIN: nobody can tell that something is missing. */
        IN_A_BODY_WITHOUT_LENGTH(Failure.RESPONSE_TRUNCATED, null, Failure.RESPONSE_BODY_TIMEOUT, End.CUT),
        BEHIND_THE_RESPONSE(null, null, null, End.WHOLE),
        // the client stops
        NO_BYTE_OF_THE_REQUEST(null, null, null, End.NOTHING),
        IN_THE_REQUEST_HEAD(null, null, Failure.REQUEST_HEAD_TIMEOUT, End.NOTHING),
        IN_THE_REQUEST_BODY(Failure.CLIENT_GONE, Failure.CLIENT_GONE, Failure.REQUEST_BODY_TIMEOUT, End.CUT),
        /** By a FIN it only says that there are no further requests. */
        BEHIND_THE_REQUEST(Failure.CLIENT_GONE, null, null, End.CUT);

        private final @Nullable Failure reset;
        private final @Nullable Failure fin;
        private final @Nullable Failure stall;
        /** What the client gets if it fails, or otherwise. */
        private final End end;

        Row(@Nullable Failure reset, @Nullable Failure fin, @Nullable Failure stall, End end) {
            this.reset = reset;
            this.fin = fin;
            this.stall = stall;
            this.end = end;
        }

        @Nullable
        Failure cause(Stop how) {
            return switch (how) {
                case RESET -> reset;
                case FIN -> fin;
                case STALL -> stall;
            };
        }

        End end(Stop how) {
            Failure cause = cause(how);
            if (cause == null) {
                return end == End.NOTHING ? End.NOTHING : End.WHOLE;
            }
            // one who stalls is still there to be answered
            boolean told = cause == Failure.REQUEST_HEAD_TIMEOUT || cause == Failure.REQUEST_BODY_TIMEOUT;
            return told ? End.ANSWERED : end;
        }
    }

    private final Stop stop;
    private final int step;
    private final List<ByteFault> all = new ArrayList<>();

    /** @param step only each so-manieth byte */
    ByteFaults(Stop stop, int step) {
        this.stop = stop;
        this.step = step;
    }

    List<ByteFault> all() {
        return all;
    }

    private String name(String what, int at) {
        return stop + " at byte " + at + " of " + what;
    }

    /** Each one, or each so-manieth, up to the last one. */
    private IntStream upTo(int last) {
        return IntStream.rangeClosed(0, last).filter(at -> at % step == 0);
    }

    // ---- the endpoint stops at a byte of the request

    /** All of the request is on its way or there. A request that is safe goes to the other endpoint. */
    void whileItReads(String method, int length) {
        boolean safe = method.equals("GET");
        upTo(length).forEach(at -> reads(method, at, safe, target -> safe ? get(target) : post(target, "data")));
    }

    private void reads(String method, int at, boolean moves, UnaryOperator<String> request) {
        endpoint(
                name("a " + method + " that it reads", at),
                moves,
                Row.NO_BYTE_OF_THE_RESPONSE,
                "",
                connection -> {
                    connection.awaitByte();
                    connection.read(at);
                    stop.on(connection);
                },
                (client, target) -> client.send(request.apply(target)));
    }

    /** The rest of the request's body has not left the client when the endpoint stops, and comes then. */
    void inTheMiddleOfAnUpload(String method, boolean chunked) {
        String field = chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + DATA.length();
        String body = chunked ? chunk("GHIJ") + chunk("KLMNOP") + "0\r\n\r\n" : DATA;
        for (int at = 0; at < body.length(); at += step) {
            String begin = body.substring(0, at);
            String rest = body.substring(at);
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            endpoint(
                    name("the body of a " + method + ", " + field, at),
                    method.equals("GET"),
                    Row.NO_BYTE_OF_THE_RESPONSE,
                    "",
                    connection -> {
                        connection.head();
                        readData(
                                connection,
                                begin.chars().filter(c -> DATA.indexOf(c) >= 0).count());
                        stop.on(connection);
                        stopped.complete(null);
                    },
                    (client, target) -> {
                        client.send(request(method + " " + target + " HTTP/1.1", field) + begin);
                        stopped.get(10, TimeUnit.SECONDS);
                        client.send(rest);
                    });
        }
    }

    /** Reads up to so many bytes of data, however they are cut into chunks. */
    private static void readData(RawPeer connection, long count) throws IOException {
        for (long left = count; left > 0; ) {
            left -= DATA.contains(connection.read(1)) ? 1 : 0;
        }
    }

    // ---- the endpoint stops at a byte of its response

    void whileItAnswers(String method) {
        whileItAnswers(method, "of a length", response("200 OK", DATA, "X-A: b"), false);
        whileItAnswers(method, "chunked", chunkedResponse(), false);
        whileItAnswers(method, "without a length", head("HTTP/1.1 200 OK", "X-A: b") + DATA, true);
    }

    private static String chunkedResponse() {
        String head = head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: x-t");
        return head + chunk("GHIJ") + chunk("KLMNOP") + "0\r\nX-T: y\r\n\r\n";
    }

    private void whileItAnswers(String method, String what, String text, boolean untilClose) {
        // who stalls behind its response has done all that was asked for
        int last = stop == Stop.STALL && !untilClose ? text.length() - 1 : text.length();
        upTo(last).forEach(at -> answers(method, what, text, DATA, untilClose, at));
    }

    private void answers(String method, String what, String text, String data, boolean untilClose, int at) {
        boolean safe = method.equals("GET");
        int headLength = text.indexOf("\r\n\r\n") + 4;
        String begin = text.substring(0, at);
        endpoint(
                name("a response " + what + " to a " + method, at),
                safe && at == 0,
                rowOfResponse(text, untilClose, at),
                untilClose && at >= headLength ? begin.substring(headLength) : data,
                connection -> {
                    connection.request();
                    connection.send(begin);
                    stop.on(connection);
                },
                (client, target) -> client.send(safe ? get(target) : post(target, "")));
    }

    private static Row rowOfResponse(String text, boolean untilClose, int at) {
        if (at == 0) {
            return Row.NO_BYTE_OF_THE_RESPONSE;
        }
        if (at < text.indexOf("\r\n\r\n") + 4) {
            return Row.IN_THE_RESPONSE_HEAD;
        }
        if (untilClose) {
            return Row.IN_A_BODY_WITHOUT_LENGTH;
        }
        return at < text.length() ? Row.IN_THE_RESPONSE_BODY : Row.BEHIND_THE_RESPONSE;
    }

    // ---- the endpoint stops at some bytes of a long message, which goes other ways than a short one

    /** Those where buffers end, and about the last. */
    private static IntStream some(int from, int last) {
        return IntStream.concat(
                IntStream.of(0, 1, 4096, 16 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10, 512 << 10)
                        .flatMap(at -> IntStream.of(from + at - 1, from + at, from + at + 1)),
                IntStream.of(last - 1));
    }

    void whileItAnswersAtLength(String method) {
        String text = response("200 OK", LONG);
        some(text.length() - LONG.length(), text.length())
                .forEach(at -> answers(method, "of much", text, LONG, false, at));
    }

    /** It is not at hand any more to be sent again. */
    void whileItReadsAtLength() {
        some(1000, LONG.length())
                .forEach(at -> reads(
                        "GET of much",
                        at,
                        false,
                        target -> request("GET " + target + " HTTP/1.1", "Content-Length: " + LONG.length()) + LONG));
    }

    /** What the endpoint does on its first connection. */
    @FunctionalInterface
    private interface Faulty {
        void play(RawPeer connection) throws Exception;
    }

    private void endpoint(String name, boolean moves, Row row, String body, Faulty faulty, ByteFault.Client client) {
        Failure cause = moves ? null : row.cause(stop);
        End end = moves ? End.ELSEWHERE : row.end(stop);
        all.add(new ByteFault(
                name,
                end,
                cause,
                body,
                (connection, first) -> {
                    if (first) {
                        faulty.play(connection);
                        connection.readUntilGone();
                    } else {
                        ByteFault.serveHonestly(connection);
                    }
                },
                client));
    }

    // ---- the client stops at a byte of its request

    void inItsRequest(boolean chunked) {
        int length = whole(chunked, Sweep.faulty(0)).length();
        int last = stop == Stop.STALL ? length - 1 : length;
        for (int at = 0; at <= last; at += step) {
            int count = at;
            Row row = rowOfRequest(chunked, at);
            CompletableFuture<Void> arrived = new CompletableFuture<>();
            all.add(new ByteFault(
                    name("its request" + (chunked ? ", chunked" : ""), at),
                    row.end(stop),
                    row.cause(stop),
                    DATA,
                    (connection, first) -> serveWhole(connection, row, arrived),
                    (client, target) -> {
                        client.send(whole(chunked, target).substring(0, count));
                        if (row == Row.BEHIND_THE_REQUEST) {
                            arrived.get(10, TimeUnit.SECONDS);
                        }
                        stop.on(client);
                    }));
        }
    }

    private static String whole(boolean chunked, String target) {
        String line = "POST " + target + " HTTP/1.1";
        return chunked
                ? request(line, "Transfer-Encoding: chunked") + chunk("GHIJ") + chunk("KLMNOP") + "0\r\nx-t: y\r\n\r\n"
                : request(line, "Content-Length: 10") + DATA;
    }

    private static Row rowOfRequest(boolean chunked, int at) {
        String text = whole(chunked, Sweep.faulty(0));
        if (at == text.length()) {
            return Row.BEHIND_THE_REQUEST;
        }
        if (at >= text.indexOf("\r\n\r\n") + 4) {
            return Row.IN_THE_REQUEST_BODY;
        }
        return at == 0 ? Row.NO_BYTE_OF_THE_REQUEST : Row.IN_THE_REQUEST_HEAD;
    }

    /** A part of the request must never look like the whole. */
    private void serveWhole(RawPeer connection, Row row, CompletableFuture<Void> arrived) throws IOException {
        for (WireMessage got = connection.requestOrEnd(); got != null; got = connection.requestOrEnd()) {
            if (got.target().startsWith("/n/")) {
                connection.send(response("200 OK", ByteFault.HONEST));
                continue;
            }
            if (row != Row.BEHIND_THE_REQUEST) {
                throw new AssertionError("took this for a whole request:\n" + got.head() + got.body());
            }
            arrived.complete(null);
            if (stop == Stop.RESET) {
                connection.readUntilGone();
                return;
            }
            connection.send(response("200 OK", DATA));
        }
    }

    // ---- the client stops at a byte of the response

    /** The endpoint has written so much of it by then, and writes the rest to a client that can still read. */
    void whileItIsAnswered(boolean chunked) {
        String text = chunked ? chunkedResponse() : response("200 OK", DATA);
        for (int at = 0; at < text.length(); at += step) {
            String begin = text.substring(0, at);
            String rest = text.substring(at);
            CompletableFuture<Void> sent = new CompletableFuture<>();
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            all.add(new ByteFault(
                    name("a response that it gets" + (chunked ? ", chunked" : ""), at),
                    Row.BEHIND_THE_REQUEST.end(stop),
                    Row.BEHIND_THE_REQUEST.cause(stop),
                    DATA,
                    (connection, first) -> {
                        if (!first) {
                            ByteFault.serveHonestly(connection);
                            return;
                        }
                        connection.request();
                        connection.send(begin);
                        sent.complete(null);
                        stopped.get(10, TimeUnit.SECONDS);
                        if (stop == Stop.FIN) {
                            connection.send(rest);
                            ByteFault.serveHonestly(connection);
                        } else {
                            connection.readUntilGone();
                        }
                    },
                    (client, target) -> {
                        client.send(get(target));
                        sent.get(10, TimeUnit.SECONDS);
                        stop.on(client);
                        stopped.complete(null);
                    }));
        }
    }
}
