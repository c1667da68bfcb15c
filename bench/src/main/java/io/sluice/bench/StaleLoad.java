package io.sluice.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Clients that all ask for a while and then are all silent for a while, so that the proxy's upstream connections are idle for
 * anything up to the longest silence. Each has one connection, and a new one after a failure. Half of the requests are GET,
 * a fifth HEAD, the rest POST, each to a target of its own. The same requests each time.
 */
final class StaleLoad {
    private static final int WAIT_MILLIS = 10_000;
    private static final int MOST_PAUSE_MILLIS = 20;
    private static final int LEAST_SILENCE_MILLIS = 500;
    private static final int MOST_SILENCE_MILLIS = 5500;
    private static final int SEED = 11;

    private final int port;
    private final String host;
    private final AtomicInteger targets = new AtomicInteger();
    private final LongAdder safe = new LongAdder();
    private final LongAdder failedSafe = new LongAdder();
    private final LongAdder posts = new LongAdder();
    private final LongAdder failedPosts = new LongAdder();

    StaleLoad(int port, String host) {
        this.port = port;
        this.host = host;
    }

    long safe() {
        return safe.sum();
    }

    long failedSafe() {
        return failedSafe.sum();
    }

    long posts() {
        return posts.sum();
    }

    long failedPosts() {
        return failedPosts.sum();
    }

    /** @param requests of each client in each round */
    void run(int clients, int rounds, int requests) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(new Client(random.split()));
        }
        for (int round = 0; round < rounds; round++) {
            List<Thread> busy = new ArrayList<>();
            for (Client client : all) {
                busy.add(Thread.ofVirtual().start(() -> client.ask(requests)));
            }
            for (Thread thread : busy) {
                thread.join();
            }
            Thread.sleep(Duration.ofMillis(random.nextInt(LEAST_SILENCE_MILLIS, MOST_SILENCE_MILLIS)));
        }
        all.forEach(Client::close);
    }

    private final class Client {
        private final SplittableRandom random;
        private @Nullable Socket socket;
        private InputStream in = InputStream.nullInputStream();

        Client(SplittableRandom random) {
            this.random = random;
        }

        void ask(int requests) {
            for (int i = 0; i < requests; i++) {
                double kind = random.nextDouble();
                String method = kind < 0.5 ? "GET" : kind < 0.7 ? "HEAD" : "POST";
                boolean isPost = method.equals("POST");
                (isPost ? posts : safe).increment();
                try {
                    exchange(method);
                } catch (IOException failed) {
                    (isPost ? failedPosts : failedSafe).increment();
                    close();
                }
                try {
                    Thread.sleep(random.nextInt(MOST_PAUSE_MILLIS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        private void exchange(String method) throws IOException {
            Socket to = socket();
            String body = method.equals("POST") ? "data" : "";
            String request = method + " /bench/" + targets.incrementAndGet() + " HTTP/1.1\r\nHost: " + host + "\r\n"
                    + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
            to.getOutputStream().write(PlainMessage.bytes(request));
            PlainMessage response = PlainMessage.head(in);
            if (response == null) {
                throw new EOFException("closed without a response");
            }
            if (!response.word(1).equals("200")) {
                throw new IOException(response.startLine());
            }
            in.skipNBytes(method.equals("HEAD") ? 0 : response.length());
        }

        private Socket socket() throws IOException {
            Socket open = socket;
            if (open == null) {
                open = new Socket();
                open.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), WAIT_MILLIS);
                open.setSoTimeout(WAIT_MILLIS);
                open.setTcpNoDelay(true);
                in = new BufferedInputStream(open.getInputStream());
                socket = open;
            }
            return open;
        }

        private void close() {
            Socket open = socket;
            socket = null;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    // it is gone
                }
            }
        }
    }
}
