package io.sluice.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the opening handshake of WebSocket needs where one side speaks HTTP/1.1 (RFC 6455 section 4) and the other HTTP/2 (RFC 8441
 * section 5): there is a key on the one, and none on the other. Within the gateway both look as in HTTP/1.1: a GET that upgrades, and 101.
 * Any thread.
 */
public final class WebSocketUpgrade {
    /** As Upgrade and {@code :protocol} have it. */
    public static final String PROTOCOL = "websocket";

    private static final String SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    private WebSocketUpgrade() {}

    /** The request upgrades, and to WebSocket. */
    public static boolean isAsked(Head request) {
        return request.upgrades() && PROTOCOL.equalsIgnoreCase(request.first(Name.UPGRADE));
    }

    /** Gives a request the only key that it then has; returns what is to be said to that. */
    public static String addKey(Head request) {
        byte[] nonce = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        request.drop(Name.SEC_WEBSOCKET_KEY);
        request.add(Name.SEC_WEBSOCKET_KEY, "Sec-WebSocket-Key", key);
        return accept(key);
    }

    /** What is to be said to the key of a request of HTTP/1.1; null: it is no GET, or has no key, or one that can't be right. */
    public static @Nullable String answerTo(Head request) {
        int field = request.find(Name.SEC_WEBSOCKET_KEY, 0);
        if (field < 0 || request.find(Name.SEC_WEBSOCKET_KEY, field + 1) >= 0 || request.method != Method.GET) {
            return null;
        }
        String key = request.value(field);
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES ? accept(key) : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Whether a 101 says that and nothing else; and takes it out, since nobody else has asked. */
    public static boolean takeAnswer(Head response, String expected) {
        int field = response.find(Name.SEC_WEBSOCKET_ACCEPT, 0);
        boolean right = field >= 0
                && response.find(Name.SEC_WEBSOCKET_ACCEPT, field + 1) < 0
                && response.value(field).equals(expected);
        response.drop(Name.SEC_WEBSOCKET_ACCEPT);
        return right;
    }

    /** Section 4.2.2 of RFC 6455. */
    private static String accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + SALT).getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is there in every Java", e);
        }
    }

    /**
     * The 101 that a 2xx of HTTP/2 stands for.
     *
     * @param answer to the client's key; null: it has none
     */
    public static Head switched(Head response, @Nullable String answer) {
        Head made = new Head();
        made.startResponse(101, "Switching Protocols");
        for (int field = 0; field < response.fields(); field++) {
            Name name = response.name(field);
            boolean ofTheHandshake = name == Name.SEC_WEBSOCKET_ACCEPT || name == Name.CONTENT_LENGTH;
            if (!response.dropped(field) && !ofTheHandshake) {
                made.add(name, response.nameText(field), response.value(field));
            }
        }
        made.add(Name.UPGRADE, "Upgrade", PROTOCOL);
        made.upgrades = true;
        if (answer != null) {
            made.add(Name.SEC_WEBSOCKET_ACCEPT, "Sec-WebSocket-Accept", answer);
        }
        return made;
    }
}
