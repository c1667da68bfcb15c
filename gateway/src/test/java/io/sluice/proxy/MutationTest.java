package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunked;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;
import static io.sluice.testing.HttpText.postChunked;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/**
 * Messages in which a few bytes are wrong, drawn by lot: whatever the gateway makes of them, what it sends on is beyond
 * doubt for a reader that tolerates nothing.
 */
final class MutationTest {
    private static final int TIMES = 1000;
    private static final String[] BYTES = {
        "\r",
        "\n",
        "\r\n",
        "\0",
        " ",
        "\t",
        ":",
        ",",
        ";",
        "0",
        "5",
        "9",
        "a",
        "F",
        "/",
        "%",
        "?",
        "#",
        "@",
        "\"",
        "\u00ff",
        "\u007f",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "\r\n\r\n",
        "HTTP/1.1",
        "GET ",
        "0\r\n\r\n",
        "-",
        "+",
        "\u000b"
    };
    private static final String[] REQUESTS = {
        get("/a?b=c"),
        post("/p", "0123456789"),
        postChunked("/c", "0123", "456789"),
        request("POST /t HTTP/1.1", "Transfer-Encoding: chunked") + "4;x=y\r\n0123\r\n0\r\nX-Sum: 1\r\n\r\n",
        request("GET /h HTTP/1.1", "Connection: x-a, close", "X-A: b"),
        head("POST / HTTP/1.0", "Content-Length: 3") + "abc",
        request("GET http://other.test/x HTTP/1.1"),
        request("OPTIONS * HTTP/1.1")
    };
    private static final String[] RESPONSES = {
        ok("0123456789"),
        response("404 Not Found", "nothing", "X-A: b", "X-A: c"),
        head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + chunked("0123", "456789"),
        head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "4;x=y\r\n0123\r\n0\r\nX-Sum: 1\r\n\r\n",
        head("HTTP/1.1 103 Early Hints", "Link: </a>") + ok("after"),
        head("HTTP/1.1 204 No Content"),
        head("HTTP/1.1 304 Not Modified", "ETag: \"a\""),
        head("HTTP/1.1 200 OK", "X: until close") + "body",
        head("HTTP/1.0 200 OK", "Content-Length: 4") + "body"
    };

    private static String mutated(String text, Random random) {
        StringBuilder wrong = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(wrong.length());
            switch (random.nextInt(4)) {
                case 0 -> wrong.deleteCharAt(at);
                case 1 -> wrong.insert(at, BYTES[random.nextInt(BYTES.length)]);
                case 2 -> wrong.replace(at, at + 1, BYTES[random.nextInt(BYTES.length)]);
                default -> wrong.insert(at, wrong.substring(at, Math.min(wrong.length(), at + random.nextInt(40))));
            }
        }
        return wrong.toString();
    }

    private static void expectSound(WireMessage message) {
        assertThat(message.fields()).allSatisfy(field -> {
            assertThat(field.name()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
            assertThat(field.value()).matches("[\\t\\x20-\\x7e\\x80-\\xff]*");
        });
    }

    private static void expectSoundRequest(WireMessage request) {
        expectSound(request);
        assertThat(request.startLine()).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+ (/[\\x21-\\x7e]*|\\*) HTTP/1\\.1");
        assertThat(request.values("host")).hasSize(1);
    }

    /** Reads responses up to the end, each by strict framing. */
    private static int readAll(RawPeer client) throws IOException {
        int read = 0;
        try {
            while (true) {
                expectSound(client.response());
                read++;
            }
        } catch (EOFException | SocketException ended) {
            return read;
        }
    }

    @Test
    void forwardsNoDoubtfulRequest() throws Exception {
        Queue<Throwable> doubts = new ConcurrentLinkedQueue<>();
        Random random = new Random(1);
        int answered = 0;
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> {
                    try {
                        expectSoundRequest(request);
                    } catch (AssertionError doubt) {
                        doubts.add(doubt);
                    }
                    return ok("ok");
                });
                RunningGateway gateway = RunningGateway.before(backend)) {
            for (int i = 0; i < TIMES; i++) {
                String wrong = mutated(REQUESTS[random.nextInt(REQUESTS.length)], random);
                try (RawPeer client = gateway.client()) {
                    client.send(wrong + (random.nextBoolean() ? get("/next") : ""))
                            .halfClose();
                    answered += readAll(client);
                } catch (AssertionError doubt) {
                    throw new AssertionError("answer to " + Refusals.shown(wrong), doubt);
                }
            }
        }
        assertThat(doubts).isEmpty();
        assertThat(answered).isGreaterThan(TIMES / 2);
    }

    @Test
    void forwardsNoDoubtfulResponse() throws Exception {
        Random random = new Random(2);
        int answered = 0;
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.before(backend)) {
            for (int i = 0; i < TIMES; i++) {
                String wrong = mutated(RESPONSES[random.nextInt(RESPONSES.length)], random);
                try (RawPeer client = gateway.client()) {
                    // a GET: it is sent again if it meets a connection that was closed after a whole response
                    client.send(request("GET / HTTP/1.1", "Connection: close"));
                    try (RawPeer upstream = backend.accept()) {
                        upstream.request();
                        upstream.send(wrong);
                    }
                    answered += readAll(client);
                } catch (AssertionError doubt) {
                    throw new AssertionError("response " + Refusals.shown(wrong), doubt);
                }
            }
        }
        assertThat(answered).isGreaterThan(TIMES / 2);
    }
}
