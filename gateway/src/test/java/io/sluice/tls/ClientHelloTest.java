package io.sluice.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {

    /** What the JDK sends first. */
    private static ByteBuf hello(String name, String... versions) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        parameters.setProtocols(versions);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(20_000);
        engine.wrap(ByteBuffer.allocate(0), out);
        return Unpooled.wrappedBuffer(out.flip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void tellsTheNameThatAClientAsksFor(String version) throws Exception {
        assertThat(ClientHello.read(hello("Www.Example.COM", version))).isEqualTo(new ClientHello("www.example.com"));
    }

    @Test
    void tellsThatNoneIsAskedFor() throws Exception {
        assertThat(ClientHello.read(hello("", "TLSv1.3"))).isEqualTo(new ClientHello(null));
    }

    @Test
    void waitsForTheLastByteAndLeavesAllWhereItIs() throws Exception {
        ByteBuf whole = hello("a.example", "TLSv1.3");
        for (int length = 0; length < whole.readableBytes(); length++) {
            assertThat(ClientHello.read(whole.slice(0, length))).isNull();
        }
        assertThat(ClientHello.read(whole)).isEqualTo(new ClientHello("a.example"));
        assertThat(whole.readerIndex()).isZero();
    }

    @Test
    void readsOneThatLiesInSeveralRecords() throws Exception {
        ByteBuf whole = hello("a.example", "TLSv1.3");
        ByteBuf cut = Unpooled.buffer();
        int part = (whole.readableBytes() - 5) / 3 + 1;
        for (int at = 5; at < whole.readableBytes(); at += part) {
            int length = Math.min(part, whole.readableBytes() - at);
            cut.writeByte(22).writeShort(0x0301).writeShort(length).writeBytes(whole, at, length);
        }

        assertThat(ClientHello.read(cut)).isEqualTo(new ClientHello("a.example"));
    }

    @Test
    void refusesOneThatLiesInVeryManyRecords() throws Exception {
        ByteBuf whole = hello("a.example", "TLSv1.3");
        ByteBuf cut = Unpooled.buffer();
        for (int at = 5; at < whole.readableBytes(); at++) {
            cut.writeByte(22).writeShort(0x0301).writeShort(1).writeByte(whole.getByte(at));
        }

        assertThatThrownBy(() -> ClientHello.read(cut)).isInstanceOf(NotTlsException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET / HTTP/1.1\r\n",
                "\u0016G",
                "\u0016\u0003\u0001\u0000\u0000",
                "\u0016\u0003\u0001\u0000\u0005\u0002"
            })
    void refusesWhatIsNoTls(String text) {
        ByteBuf bytes = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ClientHello.read(bytes)).isInstanceOf(NotTlsException.class);
    }

    @Test
    void refusesOneThatIsTooLong() {
        ByteBuf bytes = Unpooled.buffer().writeByte(22).writeShort(0x0301).writeShort(4);
        bytes.writeByte(1).writeMedium(ClientHello.LONGEST);

        assertThatThrownBy(() -> ClientHello.read(bytes)).isInstanceOf(NotTlsException.class);
    }

    @Test
    void takesNoNameOfWhatIsCutShort() throws Exception {
        ByteBuf whole = hello("a.example", "TLSv1.3");
        for (int length = 4; length < whole.readableBytes() - 5; length++) {
            ByteBuf cut = Unpooled.buffer().writeByte(22).writeShort(0x0301).writeShort(length);
            cut.writeByte(1).writeMedium(length - 4).writeBytes(whole, 9, length - 4);

            assertThat(ClientHello.read(cut).serverName()).isIn(null, "a.example");
        }
    }
}
