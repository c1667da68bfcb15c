package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.Party;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every exchange may be, whatever its client and its endpoint speak. */
@ParameterizedClass
@EnumSource(Pair.class)
final class PairOfProtocolsTest {
    @Parameter
    Pair pair;

    private Pair.Talk talk;
    private Party client;

    @BeforeEach
    void start() throws Exception {
        talk = pair.open("auto", null);
        client = talk.client();
    }

    @AfterEach
    void stop() throws Exception {
        talk.close();
    }

    private void post(String... fields) throws Exception {
        List<String> lines = new ArrayList<>(List.of(":method: POST", ":path: /talk"));
        lines.addAll(List.of(fields));
        client.head(false, lines.toArray(String[]::new));
    }

    private void ask(String method) throws Exception {
        client.head(true, ":method: " + method, ":path: /some");
    }

    /** The endpoint has got the head of a request. */
    private Party asked() throws Exception {
        Party backend = talk.backend();
        backend.head();
        return backend;
    }

    private void assertStatus(int status) throws Exception {
        assertThat(client.head()).contains(":status: " + status);
    }

    /** Both connections are good for another exchange. */
    private void assertGoesOn(Party backend) throws Exception {
        client.next();
        backend.next();
        client.head(true, ":method: GET", ":path: /next");
        assertThat(backend.head()).contains(":method: GET", ":path: /next");
        backend.head(false, ":status: 200", "content-length: 4").piece("next").end();
        assertStatus(200);
        assertThat(client.rest()).isEqualTo("next");
        assertThat(talk.script().connections()).isEqualTo(1);
    }

    // ---- bodies and trailers

    @Test
    void bodiesAndTrailersGoBothWaysInTurn() throws Exception {
        post();
        client.piece("one");
        Party backend = asked();
        assertThat(backend.piece()).isEqualTo("one");
        backend.head(false, ":status: 200").piece("uno");
        assertStatus(200);
        assertThat(client.piece()).isEqualTo("uno");
        client.piece("two");
        assertThat(backend.piece()).isEqualTo("two");
        client.end("x-asked: 2");
        assertThat(backend.rest()).isEmpty();
        assertThat(backend.trailers()).containsExactly("x-asked: 2");
        backend.piece("due").end("x-said: 2");
        assertThat(client.rest()).isEqualTo("due");
        assertThat(client.trailers()).containsExactly("x-said: 2");
    }

    @Test
    void bodiesAndTrailersGoBothWaysOneAfterTheOther() throws Exception {
        post();
        client.piece("one").piece("two").end("x-asked: 2");
        Party backend = asked();
        assertThat(backend.rest()).isEqualTo("onetwo");
        assertThat(backend.trailers()).containsExactly("x-asked: 2");
        backend.head(false, ":status: 200").piece("uno").piece("due").end("x-said: 2");
        assertStatus(200);
        assertThat(client.rest()).isEqualTo("unodue");
        assertThat(client.trailers()).containsExactly("x-said: 2");
        assertGoesOn(backend);
    }

    @Test
    void bodiesOfKnownLengthKeepIt() throws Exception {
        post("content-length: 5");
        client.piece("he").piece("llo").end();
        Party backend = talk.backend();
        assertThat(backend.head()).contains("content-length: 5");
        assertThat(backend.rest()).isEqualTo("hello");
        backend.head(false, ":status: 201", "content-length: 3")
                .piece("b")
                .piece("ye")
                .end();
        assertThat(client.head()).contains(":status: 201", "content-length: 3");
        assertThat(client.rest()).isEqualTo("bye");
        assertGoesOn(backend);
    }

    @Test
    void bodiesMayBeEmptyWithTrailersOrWithout() throws Exception {
        post();
        client.end("x-asked: 0");
        Party backend = asked();
        assertThat(backend.rest()).isEmpty();
        assertThat(backend.trailers()).containsExactly("x-asked: 0");
        backend.head(false, ":status: 200").end("x-said: 0");
        assertStatus(200);
        assertThat(client.rest()).isEmpty();
        assertThat(client.trailers()).containsExactly("x-said: 0");
        client.next();
        backend.next();
        post();
        client.end();
        backend.head();
        assertThat(backend.rest()).isEmpty();
        backend.head(false, ":status: 200").end();
        assertStatus(200);
        assertThat(client.rest()).isEmpty();
        assertThat(client.trailers()).isEmpty();
        assertGoesOn(backend);
    }

    // ---- responses without a body

    @Test
    void headIsAnsweredWithoutABody() throws Exception {
        ask("HEAD");
        Party backend = asked();
        backend.head(true, ":status: 200", "content-length: 5");
        assertThat(client.head()).contains(":status: 200", "content-length: 5");
        assertThat(client.rest()).isEmpty();
        assertGoesOn(backend);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void someResponsesHaveNoBody(int status) throws Exception {
        ask("GET");
        Party backend = asked();
        backend.head(true, ":status: " + status, "etag: \"a\"");
        assertThat(client.head())
                .contains(":status: " + status, "etag: \"a\"")
                .noneMatch(line -> line.startsWith("transfer-encoding"));
        assertThat(client.rest()).isEmpty();
        assertGoesOn(backend);
    }

    @Test
    void aResponseThatIsNotModifiedMayTellTheLengthOfWhatItDoesNotSend() throws Exception {
        ask("GET");
        Party backend = asked();
        backend.head(true, ":status: 304", "content-length: 5");
        assertThat(client.head()).contains(":status: 304", "content-length: 5");
        assertThat(client.rest()).isEmpty();
        assertGoesOn(backend);
    }

    // ---- interim responses

    @Test
    void interimResponsesComeBeforeTheBodyThatTheyAskFor() throws Exception {
        post("expect: 100-continue");
        Party backend = talk.backend();
        assertThat(backend.head()).contains("expect: 100-continue");
        backend.head(false, ":status: 103", "link: </a>").head(false, ":status: 100");
        assertThat(client.head()).contains(":status: 103", "link: </a>");
        assertStatus(100);
        client.piece("body").end();
        assertThat(backend.rest()).isEqualTo("body");
        backend.head(false, ":status: 103", "link: </b>")
                .head(false, ":status: 200")
                .piece("done")
                .end();
        assertThat(client.head()).contains(":status: 103", "link: </b>");
        assertStatus(200);
        assertThat(client.rest()).isEqualTo("done");
        assertGoesOn(backend);
    }

    @Test
    void abodyThatIsNotAskedForIsNotWaitedFor() throws Exception {
        post("expect: 100-continue");
        Party backend = asked();
        backend.head(true, ":status: 417", "content-length: 0");
        assertStatus(417);
        assertThat(client.rest()).isEmpty();
        backend.awaitAbort();
        client.awaitAbort();
    }

    // ---- responses that end before their requests

    @Test
    void anEarlyResponseEndsTheRequest() throws Exception {
        post();
        client.piece("begun");
        Party backend = asked();
        assertThat(backend.piece()).isEqualTo("begun");
        backend.head(false, ":status: 413").piece("enough").end("x-said: 1");
        assertStatus(413);
        assertThat(client.rest()).isEqualTo("enough");
        assertThat(client.trailers()).containsExactly("x-said: 1");
        backend.awaitAbort();
        client.awaitAbort();
    }

    // ---- who gives up

    @Test
    void aClientThatGivesUpWithinItsRequestEndsIt() throws Exception {
        post();
        client.piece("begun");
        Party backend = asked();
        assertThat(backend.piece()).isEqualTo("begun");
        client.abort();
        backend.awaitAbort();
    }

    @Test
    void aClientThatGivesUpBeforeTheResponseEndsIt() throws Exception {
        ask("GET");
        Party backend = asked();
        client.abort();
        backend.awaitAbort();
    }

    @Test
    void aClientThatGivesUpWithinTheResponseEndsIt() throws Exception {
        ask("GET");
        Party backend = asked();
        backend.head(false, ":status: 200").piece("begun");
        assertStatus(200);
        assertThat(client.piece()).isEqualTo("begun");
        client.abort();
        backend.awaitAbort();
    }

    @Test
    void anEndpointThatGivesUpBeforeItsResponseIsAnsweredFor() throws Exception {
        post();
        client.piece("begun");
        Party backend = asked();
        assertThat(backend.piece()).isEqualTo("begun");
        backend.abort();
        assertStatus(502);
        client.rest();
        client.awaitAbort();
    }

    @Test
    void anEndpointThatGivesUpWithinItsResponseCutsItOff() throws Exception {
        ask("GET");
        Party backend = asked();
        backend.head(false, ":status: 200").piece("begun");
        assertStatus(200);
        assertThat(client.piece()).isEqualTo("begun");
        backend.abort();
        client.awaitAbort();
    }

    @Test
    void anEndpointThatGivesUpWithinASizedResponseCutsItOff() throws Exception {
        post();
        client.piece("begun");
        Party backend = asked();
        assertThat(backend.piece()).isEqualTo("begun");
        backend.head(false, ":status: 200", "content-length: 9").piece("uno");
        assertThat(client.head()).contains(":status: 200", "content-length: 9");
        backend.abort();
        client.awaitAbort();
    }
}
