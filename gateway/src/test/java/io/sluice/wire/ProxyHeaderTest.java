package io.sluice.wire;

import static io.sluice.wire.ProxyHeader.Other.ABSENT;
import static io.sluice.wire.ProxyHeader.Other.MALFORMED;
import static io.sluice.wire.ProxyHeader.Other.MORE;
import static io.sluice.wire.ProxyHeaders.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.config.UpstreamConfig.ProxyProtocol;
import io.sluice.testing.ProxyText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the PROXY protocol, byte by byte: as its specification has them (proxy-protocol.txt, 2020), and nothing else. */
class ProxyHeaderTest {
    private static final int CASES = 50_000;

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @ParameterizedTest
    @CsvSource({
        "TCP4 192.0.2.1 198.51.100.7 56324 443, 192.0.2.1, 56324",
        "TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255, 65535",
        "TCP4 1.2.3.4 5.6.7.8 0 0, 1.2.3.4, 0",
        "TCP6 2001:db8::1 2001:db8::2 1 2, 2001:db8::1, 1",
        "TCP6 2001:DB8:0:0:0:0:0:1 ::1 1 2, 2001:db8::1, 1",
        "TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535,"
                + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 65535",
        "TCP6 ::ffff:192.0.2.1 ::ffff:5.6.7.8 1 2, 192.0.2.1, 1",
    })
    void readsALine(String fields, String address, int port) {
        String line = "PROXY " + fields + "\r\n";

        assertThat(read(line + "GET / HTTP/1.1\r\n")).isEqualTo(new ProxyHeader.Told(line.length(), at(address, port)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY UNKNOWN\r\n",
                "PROXY UNKNOWN ffff::1 whatever else stands here\r\n",
                "PROXY TCP4 0.0.0.0 1.2.3.4 1 2\r\n",
                "PROXY TCP6 :: ::1 1 2\r\n"
            })
    void readsALineThatTellsNoAddress(String line) {
        assertThat(read(line)).isEqualTo(new ProxyHeader.Told(line.length(), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY \r\n",
                "PROXY TCP4\r\n",
                "PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY  TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 \r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
                "PROXY TCP4\t1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 01.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.4.5 5.6.7.8 1 2\r\n",
                "PROXY TCP4 1.2.3.-4 5.6.7.8 1 2\r\n",
                "PROXY TCP4 ::1 ::1 1 2\r\n",
                "PROXY TCP4 1.2.3.4 ::1 1 2\r\n",
                "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                "PROXY TCP6 [::1] ::1 1 2\r\n",
                "PROXY TCP6 ::g ::1 1 2\r\n",
                "PROXY TCP6 1::2::3 ::1 1 2\r\n",
                "PROXY TCP6 localhost ::1 1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 65536 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 01 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 x\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 \u0662\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rX",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n\r\n",
            })
    void refusesOtherLines(String line) {
        assertThat(read(line)).isEqualTo(MALFORMED);
    }

    @Test
    void takesALineOfALimitedLengthOnly() {
        String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n";
        assertThat(longest).hasSize(107);
        assertThat(read(longest)).isEqualTo(new ProxyHeader.Told(107, null));
        assertThat(read("PROXY UNKNOWN " + "x".repeat(107 - 15) + "\r\n")).isEqualTo(MALFORMED);
        assertThat(read("PROXY " + "x".repeat(100))).isEqualTo(MORE);
        assertThat(read("PROXY " + "x".repeat(101))).isEqualTo(MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "G",
                "GET / HTTP/1.1",
                "PUT",
                "PROXY\t",
                "PROX/",
                "proxy ",
                "\n",
                "\r\nGET /",
                "\r\n\r\n\0\r\nQUIT\r"
            })
    void leavesOtherBytesAlone(String bytes) {
        assertThat(read(bytes)).isEqualTo(ABSENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "PROXY",
                "PROXY ",
                "\r",
                "\r\n\r\n\0\r\nQUIT",
                "\r\n\r\n\0\r\nQUIT\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r"
            })
    void waitsForMore(String bytes) {
        assertThat(read(bytes)).isEqualTo(MORE);
    }

    // ---- version 2

    private static byte[] ipv4(byte[]... extensions) {
        return ProxyText.v2(0x21, 0x11, ProxyText.ends("192.0.2.1", "198.51.100.7", 56324, 443), extensions);
    }

    @Test
    void readsBinaryAddresses() {
        assertThat(read(ipv4())).isEqualTo(new ProxyHeader.Told(28, at("192.0.2.1", 56324)));
        byte[] datagrams = ProxyText.v2(0x21, 0x12, ProxyText.ends("192.0.2.1", "198.51.100.7", 1, 2));
        assertThat(read(datagrams)).isEqualTo(new ProxyHeader.Told(28, at("192.0.2.1", 1)));
        byte[] ipv6 = ProxyText.v2(0x21, 0x21, ProxyText.ends("2001:db8::1", "2001:db8::2", 65535, 2));
        assertThat(read(ipv6)).isEqualTo(new ProxyHeader.Told(52, at("2001:db8::1", 65535)));
    }

    @Test
    void readsBinaryHeadersThatTellNoAddress() {
        byte[] ends = ProxyText.ends("192.0.2.1", "198.51.100.7", 1, 2);
        // its own connection: whatever stands there is to be ignored
        assertThat(read(ProxyText.v2(0x20, 0x00))).isEqualTo(new ProxyHeader.Told(16, null));
        assertThat(read(ProxyText.v2(0x20, 0x11, ends))).isEqualTo(new ProxyHeader.Told(28, null));
        assertThat(read(ProxyText.v2(0x20, 0xFF, new byte[5]))).isEqualTo(new ProxyHeader.Told(21, null));
        assertThat(read(ProxyText.v2(0x21, 0x00))).isEqualTo(new ProxyHeader.Told(16, null));
        assertThat(read(ProxyText.v2(0x21, 0x00, new byte[2]))).isEqualTo(new ProxyHeader.Told(18, null));
        assertThat(read(ProxyText.v2(0x21, 0x31, new byte[216]))).isEqualTo(new ProxyHeader.Told(232, null));
        assertThat(read(ProxyText.v2(0x21, 0x21, ProxyText.ends("::", "::1", 1, 2))))
                .isEqualTo(new ProxyHeader.Told(52, null));
    }

    @Test
    void refusesOtherBinaryHeaders() {
        byte[] ends = ProxyText.ends("192.0.2.1", "198.51.100.7", 1, 2);
        for (int command : new int[] {0x00, 0x10, 0x11, 0x22, 0x2F, 0x30, 0x31, 0xFF}) {
            assertThat(read(ProxyText.v2(command, 0x11, ends)))
                    .as("command %x", command)
                    .isEqualTo(MALFORMED);
        }
        for (int protocol : new int[] {0x01, 0x02, 0x10, 0x13, 0x20, 0x23, 0x30, 0x33, 0x41, 0xFF}) {
            assertThat(read(ProxyText.v2(0x21, protocol, new byte[216])))
                    .as("protocol %x", protocol)
                    .isEqualTo(MALFORMED);
        }
        assertThat(read(ProxyText.v2(0x21, 0x11, new byte[11]))).isEqualTo(MALFORMED);
        assertThat(read(ProxyText.v2(0x21, 0x21, new byte[35]))).isEqualTo(MALFORMED);
        assertThat(read(ProxyText.v2(0x21, 0x31, new byte[215]))).isEqualTo(MALFORMED);
    }

    @Test
    void skipsExtensionsThatEndWhereTheySay() {
        byte[] name = ProxyText.extension(0x02, "example.test".getBytes(StandardCharsets.US_ASCII));
        byte[] nothing = ProxyText.extension(0x04);
        assertThat(read(ipv4(name, nothing, name))).isEqualTo(new ProxyHeader.Told(28 + 33, at("192.0.2.1", 56324)));

        assertThat(read(ipv4(new byte[] {0}))).isEqualTo(MALFORMED);
        assertThat(read(ipv4(name, new byte[] {4, 0}))).isEqualTo(MALFORMED);
        assertThat(read(ipv4(name, new byte[] {4, 0, 1}))).isEqualTo(MALFORMED);
        assertThat(read(ipv4(name, new byte[] {4, -1, -1, 0}))).isEqualTo(MALFORMED);
    }

    @Test
    void refusesALongHeaderAsSoonAsItSaysSo() {
        byte[] rest = ProxyText.extension(0x04, new byte[4096 - 28 - 3]);
        assertThat(read(ipv4(rest))).isEqualTo(new ProxyHeader.Told(4096, at("192.0.2.1", 56324)));

        byte[] more = ipv4(ProxyText.extension(0x04, new byte[4096 - 28 - 2]));
        assertThat(read(Arrays.copyOf(more, 16))).isEqualTo(MALFORMED);
    }

    @Test
    void looksAtAChecksum() {
        byte[] good = ProxyText.withChecksum(ipv4(ProxyText.extension(0x04, new byte[9])));
        assertThat(ProxyHeaders.check(good)).isEqualTo(new ProxyHeader.Told(28 + 12 + 7, at("192.0.2.1", 56324)));
        for (int i = 16; i < good.length; i++) {
            if (i < 28 || i >= good.length - 4) {
                byte[] bad = good.clone();
                bad[i] ^= 1;
                assertThat(read(bad)).as("byte %s", i).isEqualTo(MALFORMED);
            }
        }
        byte[] checksum = ProxyText.extension(0x03, new byte[4]);
        assertThat(read(ipv4(checksum))).isEqualTo(MALFORMED);
        assertThat(read(ipv4(ProxyText.extension(0x03, new byte[3])))).isEqualTo(MALFORMED);
        assertThat(read(ProxyText.withChecksum(ipv4(checksum)))).isEqualTo(MALFORMED);
    }

    // ---- both

    @Test
    void agreesWithNettyOnWhateverItAccepts() {
        Random random = new Random(20261123);
        byte[][] seeds = {
            "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n".getBytes(ISO_8859_1),
            "PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 1 65535\r\n".getBytes(ISO_8859_1),
            "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1),
            ipv4(),
            ipv4(ProxyText.extension(0x04, new byte[3]), ProxyText.extension(0x02, new byte[1])),
            ProxyText.v2(0x21, 0x21, ProxyText.ends("2001:db8::1", "2001:db8::2", 65535, 2)),
            ProxyText.v2(0x20, 0x00),
        };
        int told = 0;
        int malformed = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = random.nextBoolean()
                        ? bytes[random.nextInt(bytes.length)]
                        : (byte) (bytes[at] + random.nextInt(5) - 2);
            }
            ProxyHeader.Reading reading;
            try {
                reading = ProxyHeaders.check(bytes);
            } catch (AssertionError e) {
                throw new AssertionError("for " + new String(bytes, ISO_8859_1), e);
            }
            told += reading instanceof ProxyHeader.Told ? 1 : 0;
            malformed += reading == MALFORMED ? 1 : 0;
        }
        assertThat(told).isGreaterThan(CASES / 5);
        assertThat(malformed).isGreaterThan(CASES / 10);
    }

    @ParameterizedTest
    @EnumSource(ProxyProtocol.class)
    void readsWhatItWrites(ProxyProtocol version) {
        for (String source : new String[] {"192.0.2.1", "2001:db8::1"}) {
            for (String destination : new String[] {"198.51.100.7", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
                ByteBuf out = Unpooled.buffer(ProxyHeaderWriter.ROOM, ProxyHeaderWriter.ROOM);
                ProxyHeaderWriter.proxied(version, at(source, 65535), at(destination, 1), out);
                byte[] header = new byte[out.readableBytes()];
                out.readBytes(header);

                assertThat(ProxyHeaders.check(header))
                        .isEqualTo(new ProxyHeader.Told(header.length, at(source, 65535)));
            }
        }
        ByteBuf out = Unpooled.buffer();
        ProxyHeaderWriter.proxied(version, Wire.UNIX, at("192.0.2.1", 1), out);
        assertThat(ProxyHeader.read(out)).isEqualTo(new ProxyHeader.Told(out.readableBytes(), null));
        out.clear();
        ProxyHeaderWriter.local(version, out);
        assertThat(ProxyHeader.read(out)).isEqualTo(new ProxyHeader.Told(out.readableBytes(), null));
    }
}
