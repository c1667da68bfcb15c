package io.sluice.proxy;

import static io.sluice.proxy.Refusals.expectFailure;
import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** 1xx responses on their way: RFC 9110 section 15.2, RFC 8297. */
final class InterimResponseTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.byHand();

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    private RawPeer upstream;

    InterimResponseTest() throws IOException {}

    @BeforeEach
    void ask() throws Exception {
        client.send(get("/"));
        upstream = backend.accept();
        upstream.request();
    }

    @Test
    void passesHintsOnBeforeTheFinalResponseIsThere() throws Exception {
        upstream.send(head("HTTP/1.1 103 Early Hints", "Link: </style.css>; rel=preload"));

        WireMessage hints = client.response(103);
        assertThat(hints.startLine()).isEqualTo("HTTP/1.1 103 Early Hints");
        assertThat(hints.value("link")).isEqualTo("</style.css>; rel=preload");
        upstream.send(ok("final"));
        assertThat(client.response(200).body()).isEqualTo("final");
    }

    @Test
    void passesAnyNumberOn() throws Exception {
        upstream.send(head("HTTP/1.1 102 Processing")
                + head("HTTP/1.1 103 Early Hints", "Link: </a>")
                + head("HTTP/1.1 103 Early Hints", "Link: </b>")
                + head("HTTP/1.1 199 Something")
                + ok("final"));

        client.response(102);
        assertThat(client.response(103).value("link")).isEqualTo("</a>");
        assertThat(client.response(103).value("link")).isEqualTo("</b>");
        client.response(199);
        assertThat(client.response(200).body()).isEqualTo("final");
    }

    @Test
    void passesOnesOnThatComeByteByByte() throws Exception {
        upstream.sendByteByByte(head("HTTP/1.1 103 Early Hints", "Link: </a>") + ok("final"));

        assertThat(client.response(103).value("link")).isEqualTo("</a>");
        assertThat(client.response(200).body()).isEqualTo("final");
    }

    @Test
    void removesHopByHopFieldsFromThem() throws Exception {
        upstream.send(head("HTTP/1.1 103 Early Hints", "Connection: x-hop", "X-Hop: a", "Keep-Alive: b", "X-End: c"));

        WireMessage hints = client.response(103);
        assertThat(hints.has("x-hop")).isFalse();
        assertThat(hints.has("keep-alive")).isFalse();
        assertThat(hints.value("x-end")).isEqualTo("c");
    }

    @Test
    void givesThemNoBodyAndNoFraming() throws Exception {
        upstream.send(head("HTTP/1.1 103 Early Hints", "Link: </a>") + ok("final"));

        WireMessage hints = client.response(103);
        assertThat(hints.has("content-length")).isFalse();
        assertThat(hints.has("transfer-encoding")).isFalse();
        client.response(200);
    }

    @Test
    void answersWithAFailureAlsoAfterOne() throws Exception {
        upstream.send(head("HTTP/1.1 103 Early Hints", "Link: </a>"));
        client.response(103);

        upstream.send("nonsense\r\n\r\n");

        expectFailure(client, Failure.RESPONSE_HEAD);
    }

    @Test
    void takesNoEndlessRowOfThem() throws Exception {
        // in one write: the gateway may be gone before a hundredth
        upstream.send(head("HTTP/1.1 103 Early Hints").repeat(100));

        int interim = 0;
        WireMessage response = client.response();
        while (response.status() == 103) {
            interim++;
            response = client.response();
        }
        assertThat(response.status()).isEqualTo(502);
        assertThat(interim).isLessThan(100);
        upstream.expectGone();
    }

    @Test
    void keepsTheConnectionsAfterwards() throws Exception {
        upstream.send(head("HTTP/1.1 103 Early Hints") + ok("final"));
        client.response(103);
        client.response(200);

        client.send(get("/"));
        upstream.request();
        upstream.send(ok("next"));
        assertThat(client.response(200).body()).isEqualTo("next");
    }
}
