package io.sluice.proxy;

import static io.sluice.testing.HttpText.chunk;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Await;
import io.sluice.testing.H2Frame;
import io.sluice.testing.H2Peer;
import io.sluice.testing.H2Response;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import org.junit.jupiter.api.Test;

/** What clients of HTTP/2 may ask, and what they get, over backends of HTTP/1.1. */
final class H2ClientTest {
    @Test
    void getsAnAnswer() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(
                        request -> response("200 OK", "hello", "X-A: b", "Connection: X-C", "X-C: d"));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Response got = client.get(1, "/a?b", "x-one: two").response(1);

            assertThat(got.status()).isEqualTo(200);
            assertThat(got.body()).isEqualTo("hello");
            assertThat(got.head()).contains("x-a: b", "content-length: 5").noneMatch(line -> line.startsWith("x-c"));
            WireMessage asked = backend.requests().getFirst();
            assertThat(asked.head()).startsWith("GET /a?b HTTP/1.1\r\nhost: gateway.test\r\nx-one: two\r\n");
            assertThat(asked.head()).contains("Via: 2.0 sluice\r\n");
        }
    }

    @Test
    void isAnsweredInOneWriteWithTheEndOfTheStreamInTheLastFrame() throws Exception {
        try (RunningGateway gateway = answering();
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/");
            H2Frame head = client.await(H2Frame.HEADERS);
            H2Frame body = client.read();
            assertThat(head.flags()).isEqualTo(H2Frame.END_HEADERS);
            assertThat(body.type()).isEqualTo(H2Frame.DATA);
            assertThat(body.has(H2Frame.END_STREAM)).isTrue();
        }
    }

    @Test
    void manyRequestsRunAtOnceAndEndInAnyOrder() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/1").get(3, "/3");
            RawPeer first = backend.accept();
            RawPeer second = backend.accept();
            String path = first.request().head();
            second.request();
            int early = path.startsWith("GET /1") ? 3 : 1;
            second.send(response("200 OK", "early"));
            assertThat(client.response(early).body()).isEqualTo("early");
            first.send(response("200 OK", "late"));
            assertThat(client.response(4 - early).body()).isEqualTo("late");
        }
    }

    @Test
    void aBodyOfUnknownLengthGoesOnInChunksWithItsTrailers() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", request.body()));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.post(1, "/").data(1, "one ", false).data(1, "two", false);
            client.frame(H2Frame.HEADERS, H2Frame.END_HEADERS | H2Frame.END_STREAM, 1, client.block("x-sum: 3"));
            assertThat(client.response(1).body()).isEqualTo("one two");
            assertThat(backend.requests().getFirst().head()).contains("Transfer-Encoding: chunked\r\n");
            assertThat(backend.requests().getFirst().trailer("x-sum")).containsExactly("3");
        }
    }

    @Test
    void aBodyOfKnownLengthKeepsIt() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", request.body()));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.post(1, "/", "content-length: 5").data(1, "hel", false).data(1, "lo", true);
            assertThat(client.response(1).body()).isEqualTo("hello");
            assertThat(backend.requests().getFirst().head())
                    .contains("content-length: 5\r\n")
                    .doesNotContain("chunked");
        }
    }

    @Test
    void anEmptyBodyOfUnknownLengthEnds() throws Exception {
        try (ScriptedBackend backend =
                        ScriptedBackend.answering(request -> response("200 OK", "got " + request.body()));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.post(1, "/").data(1, "", true);
            assertThat(client.response(1).body()).isEqualTo("got ");
        }
    }

    @Test
    void largeBodiesGoBothWays() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> response("200 OK", request.body()));
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            String piece = "0123456789abcdef".repeat(1000);
            client.post(1, "/");
            for (int i = 0; i < 12; i++) {
                client.data(1, piece, i == 11);
            }
            H2Response got = client.response(1);
            assertThat(got.body()).isEqualTo(piece.repeat(12));
        }
    }

    @Test
    void trailersAndInterimResponsesComeThrough() throws Exception {
        try (ScriptedBackend backend =
                        ScriptedBackend.answering(request -> head("HTTP/1.1 103 Early Hints", "Link: </a>")
                                + head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
                                + chunk("hello")
                                + "0\r\nX-Sum: 1\r\n\r\n");
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Response got = client.get(1, "/", "te: trailers").response(1);
            assertThat(got.heads()).hasSize(3);
            assertThat(got.heads().getFirst()).containsExactly(":status: 103", "link: </a>");
            assertThat(got.body()).isEqualTo("hello");
            assertThat(got.heads().getLast()).containsExactly("x-sum: 1");
        }
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestIsFollowedByAReset() throws Exception {
        try (RunningGateway gateway = answering();
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.post(1, "/none", "content-length: 1000");
            assertThat(client.response(1).status()).isEqualTo(200);
            assertThat(client.resetOf(1)).isZero();
            // what was under way is dropped
            client.data(1, "late", false).assertAlive();
            assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        try (RunningGateway gateway = answering();
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.frame(
                    H2Frame.HEADERS, H2Frame.END_HEADERS | H2Frame.END_STREAM, 1, client.requestBlock("HEAD", "/"));
            H2Response got = client.response(1);
            assertThat(got.body()).isEmpty();
            assertThat(got.field("content-length")).isEqualTo("5");
        }
    }

    @Test
    void connectIsRefused() throws Exception {
        try (RunningGateway gateway = answering();
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.frame(
                    H2Frame.HEADERS,
                    H2Frame.END_HEADERS,
                    1,
                    client.block(":method: CONNECT", ":authority: a.test:443"));
            assertThat(client.response(1).status()).isEqualTo(501);
        }
    }

    @Test
    void aClientThatGivesUpEndsTheExchange() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.byHand();
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/");
            RawPeer upstream = backend.accept();
            upstream.request();
            client.reset(1, 8);
            upstream.readUntilGone();
            Await.until(
                    "counted",
                    () -> gateway.counted("sluice_failures_total", "cause", "client-gone", "route", "all") == 1
                            || gateway.sums("sluice_failures_total", "cause").getOrDefault("client-gone", 0L) == 1);
            client.assertAlive();
        }
    }

    @Test
    void aResponseThatIsCutOffResetsItsStreamOnly() throws Exception {
        try (ScriptedBackend backend = ScriptedBackend.running(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                });
                RunningGateway gateway = RunningGateway.before(backend);
                H2Peer client = H2Peer.connect(gateway.address())) {
            H2Response got = client.get(1, "/").response(1);
            assertThat(got.body()).isEqualTo("half");
            assertThat(got.reset()).isEqualTo(2);
            client.assertAlive();
        }
    }

    @Test
    void isNotTakenWhereItIsSwitchedOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.of("""
                listeners: { web: { bind: "127.0.0.1:0", http2: { enabled: false } } }
                routes: [ { name: all, respond: { status: 204 } } ]
                """);
                RawPeer client = gateway.client()) {
            client.send(H2Peer.PREFACE).response(505);
        }
    }

    @Test
    void thePrefaceMayComeByteByByteAndIsNoRequestLater() throws Exception {
        try (RunningGateway gateway = answering();
                RawPeer client = gateway.client();
                RawPeer late = gateway.client()) {
            client.sendByteByByte(H2Peer.PREFACE);
            assertThat(client.read(9)).isEqualTo("\0\0\u0018\4\0\0\0\0\0");
            late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").response(200);
            late.send(H2Peer.PREFACE).response(505);
        }
    }

    @Test
    void aConnectionIsParkedWhileNoStreamIsOpen() throws Exception {
        try (RunningGateway gateway = answering();
                H2Peer client = H2Peer.connect(gateway.address())) {
            client.get(1, "/").response(1);
            Await.until("parked", () -> gateway.connections().parked() == 1);
            assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
        }
    }

    private static RunningGateway answering() throws Exception {
        return RunningGateway.of("""
                listeners: { web: { bind: "127.0.0.1:0" } }
                routes: [ { name: all, respond: { status: 200, body: hello } } ]
                """);
    }
}
