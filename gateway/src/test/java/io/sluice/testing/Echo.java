package io.sluice.testing;

import static io.sluice.testing.HttpText.response;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A backend that speaks HTTP/1.1 or HTTP/2, and answers each request with its body, or with its target where it has none. The field
 * {@code x-spoken} of an answer tells what was spoken.
 */
public final class Echo implements ScriptedBackend.Script {
    public static final String H1 = "http/1.1";
    public static final String H2 = "h2";
    private static final int AT_ONCE = 16_384;

    private final AtomicInteger connections = new AtomicInteger();
    /** Null: what was agreed upon by ALPN. */
    private final @Nullable String spoken;
    /** By the number of the connection. */
    private final IntFunction<String[]> chosen;

    private Echo(@Nullable String spoken, IntFunction<String[]> chosen) {
        this.spoken = spoken;
        this.chosen = chosen;
    }

    /** Of one protocol, whatever TLS says. */
    public static Echo of(String spoken) {
        return new Echo(spoken, number -> new String[] {spoken});
    }

    /** What the client wants of these, the preferred one first; without TLS, or with none of them, HTTP/1.1. */
    public static Echo choosing(String... protocols) {
        return new Echo(null, number -> protocols);
    }

    /** The same, for each connection by its number from 0 on. */
    public static Echo choosing(IntFunction<String[]> protocols) {
        return new Echo(null, protocols);
    }

    @Override
    public void run(RawPeer connection) throws IOException {
        String agreed =
                connection.choosing(chosen.apply(connections.getAndIncrement())).protocol();
        if ((spoken == null ? agreed : spoken).equals(H2)) {
            streams(H2Backend.on(connection).settings());
        } else {
            inTurn(connection);
        }
    }

    private static void inTurn(RawPeer connection) throws IOException {
        for (WireMessage request = connection.requestOrEnd(); request != null; request = connection.requestOrEnd()) {
            String body = request.body().isEmpty() ? request.target() : request.body();
            connection.send(response("200 OK", body, "x-spoken: " + H1));
        }
    }

    /** Until the connection ends. */
    private static void streams(H2Backend peer) throws IOException {
        Map<Integer, Asked> open = new HashMap<>();
        while (true) {
            H2Backend.Frame frame = peer.next();
            switch (frame.type()) {
                case H2Backend.HEADERS -> {
                    String target = peer.section(frame).get(":path");
                    open.computeIfAbsent(frame.stream(), stream -> new Asked(target, new StringBuilder()));
                }
                case H2Backend.DATA -> {
                    Asked asked = open.get(frame.stream());
                    if (asked != null) {
                        asked.body.append(frame.text());
                    }
                    peer.opened(frame);
                }
                default -> open.remove(frame.stream());
            }
            boolean whole = frame.type() <= H2Backend.HEADERS && frame.endsStream();
            Asked asked = whole ? open.remove(frame.stream()) : null;
            if (asked != null) {
                answer(peer, frame.stream(), asked.body.isEmpty() ? asked.target : asked.body.toString());
            }
        }
    }

    private record Asked(String target, StringBuilder body) {}

    private static void answer(H2Backend peer, int stream, String body) throws IOException {
        peer.headers(stream, false, ":status: 200", "content-length: " + body.length(), "x-spoken: " + H2);
        if (body.length() <= AT_ONCE) {
            peer.data(stream, true, body);
        } else {
            // passes over what comes meanwhile
            peer.flood(stream, body);
        }
    }
}
