package io.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it takes to read one whole head that has arrived in one piece. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HeadParserBenchmark {
    private static final String BROWSER_REQUEST = """
            GET /orders/4711?page=2 HTTP/1.1
            Host: api.example.com
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
            Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
            Accept-Language: en-US,en;q=0.5
            Accept-Encoding: gzip, deflate, br
            Referer: https://www.example.com/start
            Cookie: session=0123456789abcdef0123456789abcdef; theme=dark
            Connection: keep-alive

            """;

    private static final String BACKEND_RESPONSE = """
            HTTP/1.1 200 OK
            Date: Mon, 01 Jan 2024 00:00:00 GMT
            Content-Type: application/json
            Content-Length: 128
            Connection: keep-alive
            ETag: "5f2b-18c"
            Cache-Control: no-cache

            """;

    private final HeadParser requests = HeadParser.requests(32 * 1024, 100);
    private final HeadParser responses = HeadParser.responses(32 * 1024, 100);
    private final Head head = new Head();
    private final ByteBuf request = wire(BROWSER_REQUEST);
    private final ByteBuf response = wire(BACKEND_RESPONSE);

    /** A browser's request with eight fields. */
    @Benchmark
    public Head request() {
        return read(requests, request);
    }

    /** A small backend's response with six fields. */
    @Benchmark
    public Head response() {
        return read(responses, response);
    }

    private Head read(HeadParser parser, ByteBuf bytes) {
        head.clear();
        bytes.readerIndex(0);
        if (parser.parse(bytes, head) != HeadParser.Progress.COMPLETE) {
            throw new IllegalStateException("the head is not complete");
        }
        return head;
    }

    private static ByteBuf wire(String text) {
        byte[] bytes = text.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);
        return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
    }
}
