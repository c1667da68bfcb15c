package io.sluice.telemetry;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.Failure;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.http.Name;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, as far as it is kept: start line and fields as they came, but for what may be secret. Of fields and
 * parameters of the query whose names sound like that there is {@code ***} in place of the value, so that whether they are there can
 * still be told. Immutable.
 *
 * @param client the other end of its connection
 * @param requests for how many requests of the loop this one stands, by chance
 * @param bytes as HTTP/1.1, with the empty line at its end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SampledHead(long atMillis, InetAddress client, int requests, byte[] bytes) {
    /** Bytes of one. Further fields are left out; one whose start line alone is longer is not kept. */
    static final int LONGEST = 2048;

    private static final int MAX_FIELDS = 1000;
    private static final String HIDDEN = "***";
    private static final Pattern SECRET =
            Pattern.compile("auth|cookie|token|secret|passw|api-?_?key|credential|session|jwt|signature");
    private static final Pattern PARAMETER = Pattern.compile("([?&;])([^=&;]*)=([^&;]*)");
    private static final Pattern SHORT = Pattern.compile("key|sig|code|pwd|pass|otp|pin|state|nonce");

    /** What can be kept of a head, which is as the client sent it but for the form of its path; null: it is too long. */
    static @Nullable SampledHead of(Head head, InetAddress client, int requests) {
        StringBuilder text = new StringBuilder(512);
        text.append(head.method())
                .append(' ')
                .append(withoutSecrets(head.target()))
                .append(" HTTP/1.1\r\n");
        if (head.find(Name.HOST, 0) < 0) {
            text.append("Host: ").append(head.authority()).append("\r\n");
        }
        if (text.length() + 2 > LONGEST) {
            return null;
        }
        for (int field = 0; field < head.fields(); field++) {
            if (!head.dropped(field)) {
                String name = head.nameText(field);
                boolean secret = SECRET.matcher(name.toLowerCase(Locale.ROOT)).find();
                String value = secret ? HIDDEN : head.value(field);
                if (text.length() + name.length() + value.length() + 6 <= LONGEST) {
                    text.append(name).append(": ").append(value).append("\r\n");
                }
            }
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        return new SampledHead(System.currentTimeMillis(), client, requests, bytes);
    }

    private static String withoutSecrets(String target) {
        return target.indexOf('?') < 0 ? target : PARAMETER.matcher(target).replaceAll(SampledHead::shown);
    }

    private static String shown(MatchResult parameter) {
        String name = parameter.group(2).toLowerCase(Locale.ROOT);
        boolean secret = SECRET.matcher(name).find() || SHORT.matcher(name).matches();
        return Matcher.quoteReplacement(
                secret ? parameter.group(1) + parameter.group(2) + "=" + HIDDEN : parameter.group());
    }

    public Instant at() {
        return Instant.ofEpochMilli(atMillis);
    }

    /**
     * Reads it, as if it came now.
     *
     * @param head a cleared one
     * @return why it is refused; null: it is not
     */
    public @Nullable Failure read(Head head) {
        HeadParser parser = HeadParser.requests(2 * LONGEST, MAX_FIELDS);
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        return switch (parser.parse(in, head)) {
            case COMPLETE -> null;
            case REFUSED -> parser.refusal(head);
            case MORE -> Failure.REQUEST_LINE;
        };
    }
}
