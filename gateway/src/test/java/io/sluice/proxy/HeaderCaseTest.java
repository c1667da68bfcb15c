package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.request;
import static io.sluice.testing.HttpText.response;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import io.sluice.testing.WireMessage;
import io.sluice.testing.WireMessage.Field;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** End-to-end fields arrive as they were sent: names in their case, values byte by byte, all in their order. */
final class HeaderCaseTest {
    private static final String[] FIELDS = {
        "X-miXed-CASE: One",
        "ACCEPT: text/html",
        "accept-language: de",
        "X-Many: 1",
        "x-other: between",
        "X-Many: 2",
        "x-MANY: 3",
        "X-Empty:",
        "X-Latin: caf\u00e9 \u0080\u00ff",
        "X-Inner:  a \t b ",
        "cOOkie: a=b",
        "Cookie: c=d"
    };

    private volatile String answer = ok("ok");

    @AutoClose
    private final ScriptedBackend backend = ScriptedBackend.answering(request -> answer);

    @AutoClose
    private final RunningGateway gateway = RunningGateway.before(backend);

    HeaderCaseTest() throws IOException {}

    private static Field[] sent() {
        Field[] fields = new Field[FIELDS.length];
        for (int i = 0; i < FIELDS.length; i++) {
            int colon = FIELDS[i].indexOf(':');
            fields[i] = new Field(
                    FIELDS[i].substring(0, colon),
                    FIELDS[i].substring(colon + 1).strip());
        }
        return fields;
    }

    @Test
    void keepsTheFieldsOfARequest() throws Exception {
        gateway.exchange(request("GET / HTTP/1.1", FIELDS));

        assertThat(backend.request().fields()).containsSubsequence(sent());
    }

    @Test
    void keepsTheFieldsOfAResponse() throws Exception {
        answer = response("200 Quite OK", "ok", FIELDS);

        WireMessage response = gateway.exchange(get("/"));

        assertThat(response.startLine()).isEqualTo("HTTP/1.1 200 Quite OK");
        assertThat(response.fields()).containsSubsequence(sent());
    }
}
