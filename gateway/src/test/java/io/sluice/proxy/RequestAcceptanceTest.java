package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.head;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RawPeer;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that look odd and are right: to be strict is not to refuse them. */
final class RequestAcceptanceTest {
    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> ok(request.body()));

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    @AutoClose
    private final RawPeer client = gateway.client();

    RequestAcceptanceTest() throws IOException {}

    @ParameterizedTest
    @ValueSource(strings = {"PURGE", "M-SEARCH", "get", "X!#$%&'*+-.^_`|~9", "PROPFIND", "QUERY"})
    void takesAnyMethodThatIsAToken(String method) throws Exception {
        client.send(request(method + " /a HTTP/1.1")).response(200);

        assertThat(backend.request().startLine()).isEqualTo(method + " /a HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X:a",
                "X:   a",
                "X: a   ",
                "X:\ta\t",
                "X: a\tb",
                "X: a \t b",
                "X:",
                "X: \u00e9\u00ff\u0080",
                "X: :"
            })
    void takesAnyValueThatIsOne(String field) throws Exception {
        client.send(request("GET / HTTP/1.1", field)).response(200);

        assertThat(backend.request().value("x")).isEqualTo(field.substring(2).strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a.b.c", "a:80", "A.B", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080", "a-b_c~d"})
    void takesAnyHostThatIsOne(String host) throws Exception {
        client.send(head("GET / HTTP/1.1", "Host: " + host)).response(200);
    }

    @Test
    void takesAHundredFields() throws Exception {
        String[] fields = Stream.generate(() -> "X: a").limit(99).toArray(String[]::new);

        client.send(request("GET / HTTP/1.1", fields)).response(200);

        assertThat(backend.request().values("x")).hasSize(99);
    }

    @Test
    void takesAHeadOfThirtyKilobytes() throws Exception {
        client.send(request("GET / HTTP/1.1", "X: " + "a".repeat(30_000))).response(200);

        assertThat(backend.request().value("x")).hasSize(30_000);
    }

    @Test
    void takesATargetOfThirtyKilobytes() throws Exception {
        client.send(get("/" + "a".repeat(30_000))).response(200);

        assertThat(backend.request().target()).hasSize(30_001);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Chunked", "CHUNKED", " chunked ", "\tchunked"})
    void takesChunkedInAnyCase(String coding) throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding:" + coding) + "2\r\nok\r\n0\r\n\r\n");

        assertThat(client.response(200).body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A\r\n0123456789\r\n0\r\n\r\n",
                "a\r\n0123456789\r\n0\r\n\r\n",
                "0a\r\n0123456789\r\n000\r\n\r\n",
                "a;x\r\n0123456789\r\n0;y\r\n\r\n",
                "a;x=y;z\r\n0123456789\r\n0\r\n\r\n",
                "a;x=\"a b\"\r\n0123456789\r\n0\r\n\r\n",
                "a ; x = y\r\n0123456789\r\n0\r\n\r\n",
                "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n"
            })
    void takesChunksOfAnyForm(String chunks) throws Exception {
        client.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + chunks);

        assertThat(client.response(200).body()).isEqualTo("0123456789");
        client.send(get("/")).response(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\nContent-Length: 10\r\n\r\n0123456789",
                "POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6;x=y\r\n456789\r\n0\r\nT: v\r\n\r\n"
            })
    void takesARequestCutInTwoAnywhere(String request) throws Exception {
        for (int cut = 1; cut < request.length(); cut++) {
            client.send(request.substring(0, cut));
            client.send(request.substring(cut));

            assertThat(client.response(200).body()).isEqualTo("0123456789");
        }
        assertThat(backend.requests()).hasSize(request.length() - 1);
    }

    @Test
    void passesNoChunkExtensionOn() throws Exception {
        try (ScriptedBackend other = ScriptedBackend.byHand();
                RunningGateway through = RunningGateway.before(other);
                RawPeer sender = through.client()) {
            sender.send(request("POST / HTTP/1.1", "Transfer-Encoding: chunked") + "2;secret=1\r\nok\r\n0\r\n\r\n");
            RawPeer upstream = other.accept();
            upstream.head();

            assertThat(upstream.read(12)).isEqualTo("2\r\nok\r\n0\r\n\r\n");
            sender.reset();
        }
    }

    @Test
    void takesAContentLengthWithLeadingZeros() throws Exception {
        client.send(request("POST / HTTP/1.1", "Content-Length: 0002") + "ok");

        assertThat(client.response(200).body()).isEqualTo("ok");
    }

    @Test
    void takesABodyWithAnyMethod() throws Exception {
        WireMessage response = client.send(request("GET / HTTP/1.1", "Content-Length: 2") + "ok")
                .response(200);

        assertThat(response.body()).isEqualTo("ok");
        assertThat(backend.request().body()).isEqualTo("ok");
    }
}
