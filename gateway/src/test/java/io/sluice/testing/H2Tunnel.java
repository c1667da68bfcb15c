package io.sluice.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A tunnel from a stream of a client of HTTP/2 to a backend of HTTP/1.1: an extended CONNECT for WebSocket that was granted (RFC 8441).
 *
 * @param upstream the backend's end
 */
public record H2Tunnel(H2Peer client, int stream, RawPeer upstream) {

    /** Asks on that stream; a backend that is driven by hand grants it. */
    public static H2Tunnel open(H2Peer client, int stream, ScriptedBackend backend) throws Exception {
        client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS, stream, block(client, "websocket", "/chat"));
        RawPeer upstream = backend.accept();
        upstream.send(switched(upstream.request()));
        client.await(H2Frame.HEADERS);
        if (!client.lastFields().getFirst().equals(":status: 200")) {
            throw new AssertionError("expected 200, but got " + client.lastFields());
        }
        return new H2Tunnel(client, stream, upstream);
    }

    /** The fields of the request, and more lines. */
    public static byte[] block(H2Peer client, String protocol, String path, String... lines) {
        List<String> all = new ArrayList<>(List.of(
                ":method: CONNECT",
                ":protocol: " + protocol,
                ":scheme: http",
                ":path: " + path,
                ":authority: gateway.test"));
        all.addAll(List.of(lines));
        return client.block(all.toArray(String[]::new));
    }

    /** The backend's head that grants a request, with more lines. */
    public static String switched(WireMessage request, String... lines) {
        List<String> all = new ArrayList<>(
                List.of("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Accept: " + accept(request)));
        all.addAll(List.of(lines));
        return HttpText.head("HTTP/1.1 101 Switching Protocols", all.toArray(String[]::new));
    }

    /** What is to be said to the key of a request: RFC 6455 section 1.3. */
    public static String accept(WireMessage request) {
        try {
            byte[] salted =
                    (request.value("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(salted));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** A few bytes each way. */
    public void talk(String up, String down) throws IOException {
        client.data(stream, up, false);
        String there = upstream.read(up.length());
        upstream.send(down);
        String here = new String(client.await(H2Frame.DATA).payload(), ISO_8859_1);
        if (!there.equals(up) || !here.equals(down)) {
            throw new AssertionError("expected " + up + " and " + down + ", but got " + there + " and " + here);
        }
    }
}
