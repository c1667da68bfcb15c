package io.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.http.NettyReading.Message;
import java.util.Arrays;
import java.util.List;

/** What must hold for any bytes, whoever made them up. */
final class Agreement {
    private static final byte[] NEXT_REQUEST = Head.ascii("GET /next HTTP/1.1\r\nHost: next\r\n\r\n");
    private static final byte[] NEXT_RESPONSE = Head.ascii("HTTP/1.1 299 Next\r\nContent-Length: 0\r\n\r\n");

    private Agreement() {}

    /** All of the below; returns what was read. */
    static Reading check(boolean request, byte[] bytes) {
        Reading whole = Reading.of(request, bytes);
        checkCuts(request, bytes, whole);
        if (whole.isComplete()) {
            byte[] message = Arrays.copyOf(bytes, whole.taken());
            checkNothingBehindIsTaken(request, message, whole);
            checkNetty(request, message, whole);
            checkWritten(request, whole);
        }
        return whole;
    }

    /** The outcome is the same however the bytes are cut. */
    private static void checkCuts(boolean request, byte[] bytes, Reading whole) {
        for (int piece : new int[] {1, 7}) {
            Reading cut = Reading.cut(request, bytes, piece);
            if (whole.isRefused()) {
                assertThat(firstLine(cut.shown())).isEqualTo(firstLine(whole.shown()));
            } else {
                assertThat(cut.shown()).isEqualTo(whole.shown());
            }
        }
    }

    private static String firstLine(String text) {
        return text.substring(0, text.indexOf('\n'));
    }

    /** The message ends where it ends, whatever stands behind it. */
    private static void checkNothingBehindIsTaken(boolean request, byte[] message, Reading whole) {
        Reading withNext = Reading.of(request, withNext(request, message));
        assertThat(withNext.taken()).isEqualTo(message.length);
        assertThat(withNext.shown()).isEqualTo(whole.shown());
    }

    /** Netty reads the same message and finds the next one where we do. */
    private static void checkNetty(boolean request, byte[] message, Reading whole) {
        if (whole.head.status() == 101) {
            return; // Netty knows of a WebSocket draft in which this status has a body
        }
        List<Message> messages = NettyReading.of(request, withNext(request, message));
        assertThat(messages).hasSize(2);
        Message mine = messages.getFirst();
        Head head = whole.head;
        assertThat(mine.failed).isFalse();
        assertThat(mine.complete).isTrue();
        assertThat(mine.start).isEqualTo((request ? head.method() : head.status()) + " 1." + head.minorVersion());
        assertThat(mine.fields).isEqualTo(received(head));
        assertThat(mine.body.toString()).isEqualTo(whole.body.body.toString());
        whole.body
                .trailers
                .toString()
                .lines()
                .forEach(trailer -> assertThat(mine.trailers.lines()).contains(trailer));
        if (request) {
            String target = head.path() + (head.query() == null ? "" : "?" + head.query());
            assertThat(mine.target.startsWith("/") ? mine.target : target).isEqualTo(target);
        }
        Message next = messages.get(1);
        assertThat(next.failed).isFalse();
        assertThat(request ? next.target : next.start).isEqualTo(request ? "/next" : "299 1.1");
    }

    /** What we write of it is read as the same message by us, and by Netty. */
    private static void checkWritten(boolean request, Reading whole) {
        if (request && whole.head.authority().isEmpty()) {
            return; // a request of HTTP/1.0 without Host, whose sender adds the endpoint's
        }
        byte[] written = whole.written();
        Reading again = Reading.ofWritten(request, written);
        assertThat(again.isRefused()).as(again::shown).isFalse();
        assertThat(again.isComplete()).isTrue();
        assertThat(again.taken()).isEqualTo(written.length);
        assertThat(again.body.body.toString()).isEqualTo(whole.body.body.toString());
        assertThat(again.head.method()).isEqualTo(whole.head.method());
        assertThat(again.head.path()).isEqualTo(whole.head.path());
        assertThat(again.head.query()).isEqualTo(whole.head.query());
        assertThat(again.head.authority()).isEqualTo(whole.head.authority());
        assertThat(again.head.status()).isEqualTo(whole.head.status());
        assertThat(endToEnd(again.head)).isEqualTo(endToEnd(whole.head));
        checkNetty(request, written, again);
    }

    private static byte[] withNext(boolean request, byte[] message) {
        byte[] next = request ? NEXT_REQUEST : NEXT_RESPONSE;
        byte[] both = Arrays.copyOf(message, message.length + next.length);
        System.arraycopy(next, 0, both, message.length, next.length);
        return both;
    }

    /** The fields as they came, dropped ones too, and none that was added; nor one that Netty takes away. */
    private static String received(Head head) {
        StringBuilder shown = new StringBuilder();
        for (int field = 0; field < head.fields(); field++) {
            boolean forgotten = head.status() != 0
                    && Framing.isBodiless(head.status())
                    && head.name(field) == Name.TRANSFER_ENCODING;
            if (head.nameStart(field) < head.scan.at && !forgotten) {
                shown.append(head.nameText(field))
                        .append(": ")
                        .append(head.value(field))
                        .append('\n');
            }
        }
        return shown.toString();
    }

    /** The fields but those that are the writer's own matter. */
    private static String endToEnd(Head head) {
        StringBuilder shown = new StringBuilder();
        for (int field = 0; field < head.fields(); field++) {
            Name name = head.name(field);
            boolean own = name == Name.CONNECTION
                    || name == Name.CONTENT_LENGTH
                    || name == Name.TRANSFER_ENCODING
                    || name == Name.UPGRADE
                    || name == Name.HOST;
            if (!own && !head.dropped(field)) {
                shown.append(head.nameText(field))
                        .append(": ")
                        .append(head.value(field))
                        .append('\n');
            }
        }
        return shown.toString();
    }
}
