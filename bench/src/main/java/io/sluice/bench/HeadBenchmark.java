package io.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import io.sluice.config.Tracing;
import io.sluice.http.ForwardedFields;
import io.sluice.http.H1Writer;
import io.sluice.http.Head;
import io.sluice.http.HeadParser;
import io.sluice.http.Peer;
import io.sluice.http.RequestIds;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to read, edit and write one head of usual size, and what Netty's decoders cost for the same bytes. Netty's
 * are called without their pipeline, which favours them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dio.netty.noUnsafe=false",
            "-Dio.netty.buffer.checkAccessible=false"
        })
public class HeadBenchmark {
    private static final String REQUEST = """
            GET /api/v1/orders/4711?expand=items&limit=50 HTTP/1.1
            Host: api.example.com
            User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
            Accept: application/json, text/plain, */*
            Accept-Language: en-GB,en;q=0.8,de;q=0.5
            Accept-Encoding: gzip, deflate, br
            Connection: keep-alive
            Referer: https://www.example.com/orders/overview
            Cookie: session=6d2f0c1e9a7b48d3; theme=dark
            X-Trace: 4f9c2b7de1a04e55

            """;

    private static final String RESPONSE = """
            HTTP/1.1 200 OK
            Server: nginx
            Date: Sun, 06 Nov 1994 08:49:37 GMT
            Content-Type: application/json; charset=utf-8
            Content-Length: 512
            Connection: keep-alive
            Cache-Control: private, max-age=0, must-revalidate
            ETag: "5f3b-61a2c9d07e1c0"
            Vary: Accept-Encoding

            """;

    private final HeadParser requests = HeadParser.requests(32 * 1024, 100);
    private final HeadParser responses = HeadParser.responses(32 * 1024, 100);
    private final ForwardedFields forwarded = new ForwardedFields(List.of(), Tracing.PASSED);
    private final RequestIds ids = new RequestIds();
    private final Peer peer = Peer.of(new InetSocketAddress("192.0.2.17", 40000), false);
    private final Head head = new Head();
    private final List<Object> decoded = new ArrayList<>();
    private final List<Object> encoded = new ArrayList<>();
    private final NettyRequests nettyRequests = new NettyRequests();
    private final NettyResponses nettyResponses = new NettyResponses();
    private final NettyEncoder nettyEncoder = new NettyEncoder();

    private ByteBuf request = buffer(REQUEST);
    private ByteBuf response = buffer(RESPONSE);
    private ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(4096);
    private ChannelHandlerContext context =
            new EmbeddedChannel(new ChannelInboundHandlerAdapter()).pipeline().firstContext();

    /** Netty's request decoder, without a pipeline. */
    private static final class NettyRequests extends HttpRequestDecoder {
        void run(ChannelHandlerContext context, ByteBuf in, List<Object> messages) throws Exception {
            while (in.isReadable()) {
                decode(context, in, messages);
            }
            decode(context, in, messages);
        }
    }

    /** Netty's response decoder, without a pipeline. */
    private static final class NettyResponses extends HttpResponseDecoder {
        void run(ChannelHandlerContext context, ByteBuf in, List<Object> messages) throws Exception {
            decode(context, in, messages);
            reset();
        }
    }

    /** Netty's request encoder, without a pipeline. */
    private static final class NettyEncoder extends HttpRequestEncoder {
        void run(ChannelHandlerContext context, Object message, List<Object> buffers) throws Exception {
            encode(context, message, buffers);
        }
    }

    private static ByteBuf buffer(String text) {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer()
                .writeBytes(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    @Setup
    public void check() throws Exception {
        if (request().body() != 0 || response().body() != 512) {
            throw new IllegalStateException("heads are read wrongly");
        }
    }

    @TearDown
    public void release() {
        request.release();
        response.release();
        out.release();
    }

    /** Reads a request's head. */
    @Benchmark
    public Head request() {
        head.clear();
        requests.parse(request.readerIndex(0), head);
        return head;
    }

    /** Reads a request's head, edits it as for any forwarded request, and writes it. */
    @Benchmark
    public ByteBuf requestThrough() {
        request();
        head.dropHopByHop();
        forwarded.apply(head, peer, ids);
        H1Writer.request(head, head.body(), false, out.clear());
        return out;
    }

    /** Reads a response's head. */
    @Benchmark
    public Head response() {
        head.clear();
        responses.parse(response.readerIndex(0), head);
        return head;
    }

    /** Reads a response's head, edits it as for any response, and writes it. */
    @Benchmark
    public ByteBuf responseThrough() {
        response();
        head.dropHopByHop();
        H1Writer.response(head, head.body(), false, 1, true, false, out.clear());
        return out;
    }

    /** Reads a request's head with Netty's decoder. */
    @Benchmark
    public Object nettyRequest() throws Exception {
        decoded.clear();
        nettyRequests.run(context, request.readerIndex(0), decoded);
        return decoded.get(0);
    }

    /** Reads a request's head with Netty's decoder and writes it with Netty's encoder, unedited. */
    @Benchmark
    public int nettyRequestThrough() throws Exception {
        nettyRequest();
        encoded.clear();
        for (int i = 0; i < decoded.size(); i++) {
            nettyEncoder.run(context, decoded.get(i), encoded);
        }
        for (int i = 0; i < encoded.size(); i++) {
            ReferenceCountUtil.release(encoded.get(i));
        }
        return encoded.size();
    }

    /** Reads a response's head with Netty's decoder. */
    @Benchmark
    public Object nettyResponse() throws Exception {
        decoded.clear();
        nettyResponses.run(context, response.readerIndex(0), decoded);
        return decoded.get(0);
    }
}
