package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A whole response of the gateway's own: a status, fields, and a body known in full. Prepared once, written any number
 * of times, from any thread.
 *
 * <p>Each is dated when it is written. The answer to a {@link Failure} says its cause twice: in a line of plain text for
 * people, with where to read on, and in Proxy-Status (RFC 9209) for programs.
 */
public final class Answer {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final byte[] NO_BODY = {};
    private static final Answer[] FAILURES =
            Arrays.stream(Failure.values()).map(Answer::of).toArray(Answer[]::new);

    private final Head prepared;
    private final byte[] body;

    private Answer(Head prepared, byte[] body) {
        this.prepared = prepared;
        this.body = body;
    }

    /**
     * An answer with that content.
     *
     * @param status 200..599; with 204 and 304 the body is not sent
     * @param contentType null: no Content-Type
     * @param body must not be changed afterwards
     */
    public static Answer of(int status, @Nullable String contentType, byte[] body) {
        Head head = new Head();
        head.startResponse(status, HttpResponseStatus.valueOf(status).reasonPhrase());
        if (contentType != null && body.length > 0) {
            head.add("Content-Type", contentType);
        }
        return new Answer(head, body);
    }

    /** A redirect (3xx) to a location, without content. */
    public static Answer redirect(int status, String location) {
        return of(status, null, NO_BODY).with("Location", location);
    }

    private static Answer of(Failure failure) {
        int status = failure.status() == 0 ? 500 : failure.status();
        String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
        String text =
                status + " " + reason + ": " + failure.text() + " (" + failure.cause() + "; see docs/errors.md)\n";
        Answer answer = of(status, TEXT, Head.ascii(text)).with("Proxy-Status", proxyStatus(failure));
        return failure.isBrief() ? answer.with("Retry-After", "1") : answer;
    }

    /** As RFC 9209 has it. */
    static String proxyStatus(Failure failure) {
        return "sluice; error=" + failure.proxyStatus() + "; details=\"" + failure.cause() + "\"";
    }

    /** Answers a failure; as {@link #write(boolean, boolean, int, ByteBuf)}. */
    @SuppressWarnings("EnumOrdinal") // never stored
    public static int failure(Failure failure, boolean toHead, boolean keepAlive, int clientMinor, ByteBuf out) {
        return FAILURES[failure.ordinal()].write(toHead, keepAlive, clientMinor, out);
    }

    /** The answer to a failure, to be edited. */
    @SuppressWarnings("EnumOrdinal") // never stored
    public static Answer failure(Failure failure, Head into) {
        Answer answer = FAILURES[failure.ordinal()];
        answer.head(into);
        return answer;
    }

    /** This answer with one more field. */
    public Answer with(String name, String value) {
        Head head = new Head();
        prepared.copyTo(head);
        head.add(Name.of(name), name, value);
        return new Answer(head, body);
    }

    public int status() {
        return prepared.status();
    }

    /** All of it, though it may not be sent; not to be changed. */
    public byte[] body() {
        return body;
    }

    /** It never has a body, whatever it answers. */
    public boolean isBodiless() {
        return Framing.isBodiless(status());
    }

    /** Fills a cleared head with this answer's, to be edited and written with {@link #write(Head, boolean, boolean, int, ByteBuf)}. */
    public void head(Head into) {
        prepared.copyTo(into);
        HttpDate.addIfMissing(into);
    }

    /**
     * Writes head and body.
     *
     * @param toHead answers HEAD: no body follows
     * @param keepAlive the connection stays open after it
     * @param clientMinor version of the client
     * @return bytes of body that were written
     */
    public int write(boolean toHead, boolean keepAlive, int clientMinor, ByteBuf out) {
        Head head = new Head();
        head(head);
        return write(head, toHead, keepAlive, clientMinor, out);
    }

    /** As the other, with a head that {@link #head} has filled. */
    public int write(Head edited, boolean toHead, boolean keepAlive, int clientMinor, ByteBuf out) {
        boolean bodiless = toHead || Framing.isBodiless(edited.status());
        if (toHead && !Framing.isBodiless(edited.status())) {
            edited.add(Name.CONTENT_LENGTH, "Content-Length", Integer.toString(body.length));
        }
        H1Writer.response(edited, body.length, toHead, clientMinor, keepAlive, false, out);
        if (bodiless) {
            return 0;
        }
        out.writeBytes(body);
        return body.length;
    }
}
