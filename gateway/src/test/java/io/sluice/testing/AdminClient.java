package io.sluice.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One who asks the admin listener, on a connection of its own each time.
 *
 * @param token null: none
 */
public record AdminClient(
        InetSocketAddress address, @Nullable String token) {

    public static AdminClient of(InetSocketAddress address) {
        return new AdminClient(address, null);
    }

    /** The same with a token. */
    public AdminClient with(String other) {
        return new AdminClient(address, other);
    }

    public RawPeer connect() throws IOException {
        return RawPeer.connect(address);
    }

    public WireMessage exchange(String request) throws IOException {
        try (RawPeer client = connect()) {
            return client.send(request).response();
        }
    }

    public WireMessage get(String path, String... fields) throws IOException {
        return exchange(request("GET " + path + " HTTP/1.1", fields));
    }

    /** With a body, which may be empty; a type that no web page can send, unless a field says another one. */
    public WireMessage send(String method, String path, String body, String... fields) throws IOException {
        String text = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        String head = request(method + " " + path + " HTTP/1.1", fields);
        String type = head.contains("Content-Type:") ? "" : "Content-Type: application/json\r\n";
        return exchange(
                head.replaceFirst("\r\n\r\n", "\r\n" + type + "Content-Length: " + text.length() + "\r\n\r\n") + text);
    }

    /** A head with Host and token. */
    public String request(String line, String... fields) {
        String own = "\r\nHost: localhost\r\n" + (token == null ? "" : "Authorization: Bearer " + token + "\r\n");
        return HttpText.head(line, fields).replaceFirst("\r\n", own);
    }

    /** A stream of events: it has begun. */
    public Events events(String path) throws IOException {
        return new Events(connect().send(request("GET " + path + " HTTP/1.1")));
    }

    public static JsonNode json(WireMessage response) throws IOException {
        if (!"application/json".equals(response.value("content-type"))) {
            throw new AssertionError("not JSON: " + response.head() + response.body());
        }
        return new ObjectMapper().readTree(response.body());
    }

    /** Events as they come; chunks of the wire are taken for whole ones of text. */
    public static final class Events implements AutoCloseable {
        private final RawPeer peer;
        private final WireMessage head;
        private String text = "";

        private Events(RawPeer peer) throws IOException {
            this.peer = peer;
            this.head = peer.head();
        }

        public WireMessage head() {
            return head;
        }

        /** The next event's data; comments are passed over. */
        public JsonNode next(String name) throws IOException {
            while (true) {
                String event = block();
                if (!event.startsWith(":")) {
                    String begin = "event: " + name + "\ndata: ";
                    if (!event.startsWith(begin)) {
                        throw new AssertionError("expected " + name + ", but got\n" + event);
                    }
                    return new ObjectMapper().readTree(event.substring(begin.length()));
                }
            }
        }

        /** What stands before the next empty line. */
        public String block() throws IOException {
            while (!text.contains("\n\n")) {
                text += chunk();
            }
            int end = text.indexOf("\n\n");
            String block = text.substring(0, end);
            text = text.substring(end + 2);
            return block;
        }

        private String chunk() throws IOException {
            StringBuilder size = new StringBuilder();
            while (!size.toString().endsWith("\r\n")) {
                size.append(peer.read(1));
            }
            int length = Integer.parseInt(size.toString().strip(), 16);
            if (length == 0) {
                throw new IOException("the stream has ended");
            }
            String chunk = peer.read(length);
            peer.skip(2);
            return chunk;
        }

        /** The last chunk and the end of the connection are all that follows. */
        public void expectEnd() throws IOException {
            String rest = text + peer.readUntilGone();
            if (!rest.equals("0\r\n\r\n")) {
                throw new AssertionError("expected the end, but got " + rest);
            }
        }

        /** The other side goes away; what it sent before is dropped. */
        public void expectGone() throws IOException {
            peer.expectGone();
        }

        @Override
        public void close() throws IOException {
            peer.close();
        }
    }
}
