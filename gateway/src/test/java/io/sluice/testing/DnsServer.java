package io.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A name server on loopback that knows what a test tells it, and may be told something else at any time. It has authority:
 * a name that it was not told of does not exist, one without records of the type asked for has none. Over UDP, and over TCP
 * on the same port.
 */
public final class DnsServer implements AutoCloseable {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int AAAA = 28;
    private static final int SRV = 33;
    private static final int LARGEST = 4096;
    private static final int NXDOMAIN = 3;

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final CompletableFuture<Void> answeringUdp;
    private final CompletableFuture<Void> answeringTcp;
    private final Map<String, List<Entry>> records = new ConcurrentHashMap<>();
    private final Queue<String> questions = new ConcurrentLinkedQueue<>();
    private volatile Mood mood = Mood.ANSWERS;

    /** What becomes of questions. */
    public enum Mood {
        ANSWERS,
        SAYS_NOTHING,
        FAILS,
        /** Over UDP every answer is cut short: the client has to ask over TCP. */
        TRUNCATES,
        /** Says nothing to questions for IPv6 addresses. */
        IGNORES_AAAA
    }

    /** What a name has. */
    public static final class Entry {
        private final int type;
        private final int ttl;
        private final byte[] data;

        private Entry(int type, int ttl, byte[] data) {
            this.type = type;
            this.ttl = ttl;
            this.data = data;
        }
    }

    public DnsServer() throws IOException {
        ServerSocket listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        DatagramSocket beside = udpOn(listening.getLocalPort());
        for (int tries = 1; beside == null && tries < 100; tries++) {
            listening.close();
            listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            beside = udpOn(listening.getLocalPort());
        }
        tcp = listening;
        udp = Objects.requireNonNull(beside, "a port that is free for both");
        answeringUdp = Aside.start(this::answerDatagrams);
        answeringTcp = Aside.start(this::answerConnections);
    }

    private static @Nullable DatagramSocket udpOn(int port) throws IOException {
        try {
            return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException taken) {
            return null;
        }
    }

    // ---- what it knows

    /** An A or AAAA record. */
    public static Entry address(String address, int ttl) {
        byte[] data = InetAddress.ofLiteral(address).getAddress();
        return new Entry(data.length == 4 ? A : AAAA, ttl, data);
    }

    public static Entry alias(String target, int ttl) {
        return new Entry(CNAME, ttl, name(target));
    }

    public static Entry service(int priority, int weight, int port, String target, int ttl) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (int number : new int[] {priority, weight, port}) {
            data.write(number >>> 8);
            data.write(number);
        }
        data.writeBytes(name(target));
        return new Entry(SRV, ttl, data.toByteArray());
    }

    /** From now on a name has these records; none: it exists and has none. */
    public DnsServer tell(String name, Entry... known) {
        records.put(name, List.of(known));
        return this;
    }

    /** From now on the name does not exist. */
    public void forget(String name) {
        records.remove(name);
    }

    public void mood(Mood next) {
        mood = next;
    }

    // ---- what was seen

    /** As a config has it. */
    public String address() {
        return "127.0.0.1:" + udp.getLocalPort();
    }

    /** The names asked for, each with its type, such as {@code A a.test}. */
    public List<String> questions() {
        return new ArrayList<>(questions);
    }

    public long questions(String question) {
        return questions.stream().filter(question::equals).count();
    }

    // ---- the protocol

    private void answerDatagrams() throws IOException {
        byte[] buffer = new byte[LARGEST];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
            } catch (IOException closed) {
                return;
            }
            byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()), false);
            if (answer.length > 0) {
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        }
    }

    private void answerConnections() {
        try {
            while (true) {
                Socket connection = tcp.accept();
                Thread.ofVirtual().start(() -> answer(connection));
            }
        } catch (IOException closed) {
            // the server was closed
        }
    }

    private void answer(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            byte[] question = in.readNBytes(in.readUnsignedShort());
            byte[] answer = answer(question, true);
            DataOutputStream out = new DataOutputStream(connection.getOutputStream());
            out.writeShort(answer.length);
            out.write(answer);
        } catch (IOException gone) {
            // seen by who asked
        }
    }

    /** The answer to a message with one question; empty: none is given. */
    private byte[] answer(byte[] message, boolean overTcp) {
        int end = 12;
        StringBuilder name = new StringBuilder();
        while (message[end] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(message, end + 1, message[end], StandardCharsets.US_ASCII));
            end += 1 + message[end];
        }
        end += 5;
        int type = ((message[end - 4] & 0xFF) << 8) | (message[end - 3] & 0xFF);
        String asked = name.toString().toLowerCase(Locale.ROOT);
        questions.add(typeName(type) + " " + asked);
        Mood present = mood;
        if (present == Mood.SAYS_NOTHING || (present == Mood.IGNORES_AAAA && type == AAAA)) {
            return new byte[0];
        }
        boolean cut = present == Mood.TRUNCATES && !overTcp;
        List<Answered> answers = new ArrayList<>();
        boolean exists = records.containsKey(asked);
        if (exists && !cut && present != Mood.FAILS) {
            collect(asked, type, answers);
        }
        int code = present == Mood.FAILS ? 2 : exists ? 0 : NXDOMAIN;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(message, 0, 2);
        out.write(0x84 | (message[2] & 1) | (cut ? 2 : 0));
        out.write(code);
        out.writeBytes(new byte[] {0, 1, 0, (byte) answers.size(), 0, 0, 0, 0});
        out.write(message, 12, end - 12);
        answers.forEach(answer -> answer.write(out));
        return out.toByteArray();
    }

    private void collect(String name, int type, List<Answered> answers) {
        for (Entry record : records.getOrDefault(name, List.of())) {
            if (record.type == type) {
                answers.add(new Answered(name, record));
            } else if (record.type == CNAME) {
                answers.add(new Answered(name, record));
                collect(text(record.data), type, answers);
            }
        }
    }

    private record Answered(String name, Entry record) {
        void write(ByteArrayOutputStream out) {
            out.writeBytes(DnsServer.name(name));
            int ttl = record.ttl;
            int length = record.data.length;
            out.writeBytes(new byte[] {
                0, (byte) record.type, 0, 1, (byte) (ttl >>> 24), (byte) (ttl >>> 16), (byte) (ttl >>> 8), (byte) ttl
            });
            out.writeBytes(new byte[] {(byte) (length >>> 8), (byte) length});
            out.writeBytes(record.data);
        }
    }

    private static byte[] name(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String label : text.split("\\.", -1)) {
            if (!label.isEmpty()) {
                out.write(label.length());
                out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            }
        }
        out.write(0);
        return out.toByteArray();
    }

    private static String text(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; name[at] != 0; at += 1 + name[at]) {
            text.append(text.isEmpty() ? "" : ".")
                    .append(new String(name, at + 1, name[at], StandardCharsets.US_ASCII));
        }
        return text.toString();
    }

    private static String typeName(int type) {
        return switch (type) {
            case A -> "A";
            case AAAA -> "AAAA";
            case SRV -> "SRV";
            default -> "type " + type;
        };
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        answeringUdp.join();
        answeringTcp.join();
    }
}
