package io.sluice.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** A whole response of the gateway's own. */
public record Answer(int status, String contentType, byte[] body) {
    public static Answer of(int status, String contentType, byte[] body) {
        return new Answer(status, contentType, body);
    }

    public static Answer redirect(int status, String location) {
        return new Answer(status, location, new byte[0]);
    }

    public static long failure(Failure failure, boolean toHead, boolean keepAlive, int clientMinor, ByteBuf out) {
        String body = failure.cause() + ": " + failure.text() + "\n";
        String text = "HTTP/1.1 " + failure.status() + " X\r\nContent-Type: text/plain\r\nProxy-Status: sluice; error="
                + failure.proxyStatus() + "; details=\"" + failure.cause() + "\"\r\nContent-Length: " + body.length()
                + "\r\n" + (keepAlive ? "" : "Connection: close\r\n") + "\r\n" + (toHead ? "" : body);
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        return body.length();
    }

    public long write(boolean toHead, boolean keepAlive, int clientMinor, ByteBuf out) {
        String text = "HTTP/1.1 " + status + " X\r\nContent-Type: text/plain\r\nContent-Length: " + body.length + "\r\n"
                + (keepAlive ? "" : "Connection: close\r\n") + "\r\n";
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        if (!toHead) {
            out.writeBytes(body);
        }
        return body.length;
    }
}
