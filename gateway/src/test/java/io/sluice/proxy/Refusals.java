package io.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.Failure;
import io.sluice.testing.RawPeer;
import io.sluice.testing.WireMessage;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What the tests about answers that the gateway makes itself have in common. */
final class Refusals {
    private Refusals() {}

    /** A case of a table. */
    static Arguments refused(String name, Failure failure, String request) {
        return Arguments.argumentSet(name, failure, request);
    }

    /** Requests that differ in one field, each with a good Host. */
    static Stream<Arguments> fields(Failure failure, String... fields) {
        return Stream.of(fields)
                .map(field -> refused(
                        shown(field), failure, "GET / HTTP/1.1\r\nHost: example.test\r\n" + field + "\r\n\r\n"));
    }

    /** Text with its control characters made visible. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (char c : text.substring(0, Math.min(text.length(), 60)).toCharArray()) {
            shown.append(c < ' ' || c > '~' ? "\\x%02x".formatted((int) c) : Character.toString(c));
        }
        return shown.toString();
    }

    /** Reads an answer that the gateway made and that names its cause. */
    static WireMessage expectFailure(RawPeer client, Failure failure) throws IOException {
        WireMessage response = client.response();
        assertThat(response.value("proxy-status"))
                .as(response.head())
                .contains("sluice; error=" + failure.proxyStatus())
                .contains("details=\"" + failure.cause() + "\"");
        assertThat(response.status()).isEqualTo(failure.status());
        return response;
    }

    /** As {@link #expectFailure}, after which the connection is closed and says so. */
    static void expectRefusal(RawPeer client, Failure failure) throws IOException {
        assertThat(expectFailure(client, failure).names("connection", "close")).isTrue();
        client.expectEnd();
    }
}
