package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.config.GatewayConfig.PathPolicy;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.http.PathNormalizer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Makes request heads from text, read by the real parser and normalised by the safe policy. */
final class Requests {
    static final InetAddress CLIENT = address("192.0.2.1");

    private static final HeadParser PARSER = HeadParser.requests(64 * 1024, 100);
    private static final PathNormalizer NORMALIZER = new PathNormalizer(PathPolicy.SAFE);

    private Requests() {}

    /** @param url such as {@code http://host/path?query}, or {@code *} for the server */
    static Head get(String url, String... fields) {
        return request("GET", url, fields);
    }

    static Head request(String method, String url, String... fields) {
        Head head = raw(method, url, fields);
        assertThat(NORMALIZER.apply(head)).as(url).isNull();
        return head;
    }

    /** As {@link #request}, the path as it stands there. */
    static Head raw(String method, String url, String... fields) {
        int slash = url.indexOf('/', 7);
        String host = url.startsWith("http://") ? url.substring(7, slash) : "any.test";
        String target = url.startsWith("http://") ? url.substring(slash) : url;
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return parsed(text.append("\r\n").toString());
    }

    static Head parsed(String text) {
        Head head = new Head();
        HeadParser.Progress progress =
                PARSER.parse(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1)), head);
        assertThat(progress).as(() -> text + ": " + PARSER.refusal(head)).isEqualTo(HeadParser.Progress.COMPLETE);
        return head;
    }

    static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
