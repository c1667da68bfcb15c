package io.sluice.http;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Makes up messages, valid ones and nearly valid ones: the same for the same seed. */
final class Invented {
    private static final String[] METHODS = {
        "GET", "POST", "PUT", "HEAD", "OPTIONS", "X-Y!", "get", "CONNECT", "G T", ""
    };
    private static final String[] TARGETS = {
        "/",
        "/a/b?c=d",
        "*",
        "http://b.example/x?y",
        "/%41?%",
        "//a/../b",
        "http://b",
        "https://[::1]:8/",
        "/a#b",
        "/|[]^?\\{}`",
        "http://u@b/",
        "x",
        "/a b"
    };
    private static final String[] VERSIONS = {
        "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/1.1 ", "http/1.1"
    };
    private static final String[] STATUSES = {
        "200 OK",
        "204 No Content",
        "304 Not Modified",
        "103 Early Hints",
        "404",
        "500 ",
        "299 A\tb\u00e9",
        "99 X",
        "1000 X",
        "205 Reset"
    };
    private static final String[] FRAMINGS = {
        "",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "content-length:0\r\n",
        "Transfer-Encoding:  CHUNKED \r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5,5\r\n",
        "Transfer-Encoding: \u000bchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Content-Length: 05\r\n",
        "Content_Length: 9\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "\0Transfer-Encoding: chunked\r\n"
    };
    private static final String[] FIELDS = {
        "Accept: */*\r\n",
        "X-A:b\r\n",
        "x-a: \tb c\t \r\n",
        "X-Empty:\r\n",
        "Cookie: a=b; c=d\r\n",
        "Connection: keep-alive\r\n",
        "Connection: close, X-A\r\n",
        "X-Obs: \u00e9\u0080\u00ff\u00a0\u0085\r\n",
        "Expect: 100-continue\r\n",
        "X-Long: " + "v".repeat(300) + "\r\n",
        "TE: trailers\r\n",
        "Upgrade: websocket\r\nConnection: upgrade\r\n",
        "X-Fold: a\r\n b\r\n",
        "X-Bare: a\nb\r\n",
        "X-Cr: a\rb\r\n",
        "X B: c\r\n",
        "!#$%&'*+-.^_`|~: token\r\n",
        "Keep-Alive: timeout=5\r\n",
        "Via: 1.1 x\r\n"
    };
    private static final String[] BODIES = {
        "",
        "hello",
        "5\r\nhello\r\n0\r\n\r\n",
        "0\r\n\r\n",
        "3;a=b\r\nabc\r\n2 ; c=\"d;e\"\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\r\nContent-Length: 3\r\n\r\n",
        "005\r\nhello\r\n000\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5;\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n",
        "F\r\n0123456789abcde\r\n0;x\r\nCookie: a\r\nB: c d \r\n\r\n",
        "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n"
    };
    private static final String INSERTED = "\r\n\t :;,=\"\\\0\u007f\u00850aF5-/?#@*%[";

    private final Random random;

    Invented(long seed) {
        random = new Random(seed);
    }

    /** Mostly plain elements, now and then one from the whole list; then, for one in two, some bytes are changed. */
    byte[] message(boolean request) {
        StringBuilder made = new StringBuilder();
        if (request) {
            made.append(one(METHODS, 6))
                    .append(' ')
                    .append(one(TARGETS, 4))
                    .append(' ')
                    .append(one(VERSIONS, 4));
            made.append("\r\n").append(chance(20) ? "" : "Host: a.example\r\n");
        } else {
            made.append(one(VERSIONS, 4)).append(' ').append(one(STATUSES, 6)).append("\r\n");
        }
        for (int fields = random.nextInt(5); fields > 0; fields--) {
            made.append(one(FIELDS, 12));
        }
        int framing = random.nextInt(chance(4) ? FRAMINGS.length : 3);
        made.append(FRAMINGS[framing]).append("\r\n");
        if (framing == 2) {
            made.append(chance(4) ? one(BODIES, BODIES.length) : BODIES[2 + random.nextInt(3)]);
        } else {
            made.append(one(BODIES, 2));
        }
        if (chance(2)) {
            change(made);
        }
        return made.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private void change(StringBuilder made) {
        for (int changes = 1 + random.nextInt(2); changes > 0 && made.length() > 1; changes--) {
            int at = random.nextInt(made.length());
            char other = INSERTED.charAt(random.nextInt(INSERTED.length()));
            switch (random.nextInt(4)) {
                case 0 -> made.setCharAt(at, other);
                case 1 -> made.insert(at, other);
                case 2 -> made.deleteCharAt(at);
                default -> made.insert(at, made.substring(at, Math.min(made.length(), at + random.nextInt(20))));
            }
        }
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    /** One of the first few, which are plain, or now and then any. */
    private String one(String[] list, int plain) {
        return list[random.nextInt(chance(10) ? list.length : Math.min(plain, list.length))];
    }
}
