package io.sluice.bench.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class H2TalkTest {
    private static final H2Request REQUEST = H2Request.get("a.test", "/b", false);
    private static final String SETTINGS = "000000 04 00 00000000";
    private static final String SETTINGS_ACK = "000000 04 01 00000000";
    private static final String OK_HEAD = "000001 01 04 %08x 88";
    private static final String LAST_DATA = "000005 00 01 %08x 68656c6c6f";
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final H2Talk talk = new H2Talk(REQUEST, body);

    @BeforeEach
    void asks() {
        talk.ask();
    }

    @Test
    void beginsWithThePrefaceAndARequestOfWhichTheServerKeepsTheFields() {
        String first = hex(REQUEST.bytes(1));

        assertThat(first).startsWith(hexOf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        assertThat(first).contains("44" + "02" + hexOf("/b") + "41" + "06" + hexOf("a.test"));
    }

    @Test
    void namesTheFieldsThatTheServerHasInLaterRequests() {
        assertThat(hex(REQUEST.bytes(5))).isEqualTo("0000060105" + "00000005" + "8286" + "c1c0bfbe");
    }

    @Test
    void readsAnAnswerThatComesByteByByte() throws Exception {
        byte[] all =
                bytes(SETTINGS, OK_HEAD.formatted(1), LAST_DATA.formatted(1)).array();
        for (int i = 0; i < all.length - 1; i++) {
            assertThat(talk.read(ByteBuffer.wrap(all, i, 1))).isFalse();
        }

        assertThat(talk.read(ByteBuffer.wrap(all, all.length - 1, 1))).isTrue();
        assertThat(talk.isGood()).isTrue();
        assertThat(body).hasToString("hello");
        assertThat(hex(talk.reply())).isEqualTo(hex(bytes(SETTINGS_ACK)));
    }

    @Test
    void readsTheStatusBehindUpdatesOfTheTable() throws Exception {
        talk.read(bytes("000005 01 05 00000001 20 3fe11f 88"));

        assertThat(talk.isGood()).isTrue();
    }

    @Test
    void readsAStatusThatIsSpelledOut() throws Exception {
        talk.read(bytes("000005 01 05 00000001 08 03 353033"));

        assertThat(talk.isGood()).isFalse();
        assertThat(talk.startLine()).isEqualTo("HTTP/2 503");
    }

    @Test
    void makesOneRequestAfterTheOther() throws Exception {
        assertThat(talk.read(bytes(OK_HEAD.formatted(1), LAST_DATA.formatted(1))))
                .isTrue();
        talk.ask();

        assertThat(talk.read(bytes(OK_HEAD.formatted(3), LAST_DATA.formatted(3))))
                .isTrue();
    }

    @Test
    void answersPingsWhileNothingIsAsked() throws Exception {
        talk.read(bytes(OK_HEAD.formatted(1), LAST_DATA.formatted(1)));

        assertThat(talk.allows(bytes("000008 06 00 00000000 0102030405060708"))).isTrue();
        assertThat(hex(talk.reply())).isEqualTo("000008" + "06" + "01" + "00000000" + "0102030405060708");
    }

    @Test
    void refusesAnAnswerThatNobodyAskedFor() throws Exception {
        talk.read(bytes(OK_HEAD.formatted(1), LAST_DATA.formatted(1)));

        assertThatThrownBy(() -> talk.allows(bytes(OK_HEAD.formatted(1)))).isInstanceOf(IOException.class);
    }

    @Test
    void refusesResetsAndFarewells() {
        assertThatThrownBy(() -> talk.read(bytes("000004 03 00 00000001 00000002")))
                .hasMessageContaining("code 2");
        H2Talk other = new H2Talk(REQUEST);
        other.ask();
        assertThatThrownBy(() -> other.read(bytes("000008 07 00 00000000 00000001 0000000b")))
                .hasMessageContaining("code 11");
    }

    @Test
    void refusesASmallerTableThanItUses() {
        assertThatThrownBy(() -> talk.read(bytes("000006 04 00 00000000 0001 00000400")))
                .hasMessageContaining("1024");
    }

    private static ByteBuffer bytes(String... frames) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(String.join("", frames).replace(" ", "")));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }

    private static String hexOf(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
