package io.sluice.proxy;

import static io.sluice.testing.HttpText.get;
import static io.sluice.testing.HttpText.ok;
import static io.sluice.testing.HttpText.post;

import io.netty.channel.epoll.Epoll;
import io.sluice.proxy.ByteFault.Stop;
import io.sluice.testing.RunningGateway;
import io.sluice.testing.ScriptedBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One side resets, closes or stalls at each byte of request and response: the exchange ends with the one right cause of
 * {@link ByteFaults.Row}, nobody takes a part for the whole, no POST goes out twice, a GET of which no byte was answered
 * goes to the other endpoint, the next exchange is right, and nothing is left over. On epoll each byte, on NIO some.
 */
final class ResetAtEveryByteTest {
    private static final int SOME = 9;

    @TempDir
    private Path folder;

    static Stream<Arguments> endpoints() {
        List<Arguments> all = new ArrayList<>();
        for (String transport : transports()) {
            for (Stop stop : Stop.values()) {
                all.add(Arguments.of(transport, stop, "GET"));
                all.add(Arguments.of(transport, stop, "POST"));
            }
        }
        return all.stream();
    }

    static Stream<Arguments> clients() {
        return transports().stream()
                .flatMap(transport -> Stream.of(Stop.values()).map(stop -> Arguments.of(transport, stop)));
    }

    static Stream<Arguments> clientsThatLeave() {
        return clients().filter(one -> one.get()[1] != Stop.STALL);
    }

    private static List<String> transports() {
        return Epoll.isAvailable() ? List.of("epoll", "nio") : List.of("nio");
    }

    private static int step(String transport) {
        return transport.equals("epoll") ? 1 : SOME;
    }

    private void play(String transport, Stop stop, ByteFaults faults) throws Exception {
        try (Sweep sweep = new Sweep(transport, stop == Stop.STALL, faults.all(), folder)) {
            sweep.run();
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void anEndpointStopsWhileItReads(String transport, Stop stop, String method) throws Exception {
        ByteFaults faults = new ByteFaults(stop, step(transport));
        faults.whileItReads(method, requestLength(method));
        faults.inTheMiddleOfAnUpload(method, false);
        faults.inTheMiddleOfAnUpload(method, true);
        if (method.equals("GET")) {
            faults.whileItReadsAtLength();
        }
        play(transport, stop, faults);
    }

    /** Of the request as an endpoint gets it. */
    private static int requestLength(String method) throws IOException {
        try (ScriptedBackend backend = ScriptedBackend.answering(request -> ok(""));
                RunningGateway gateway = RunningGateway.before(backend)) {
            gateway.exchange(method.equals("GET") ? get(Sweep.faulty(0)) : post(Sweep.faulty(0), "data"));
            return backend.request().head().length() + backend.request().body().length();
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void anEndpointStopsWhileItAnswers(String transport, Stop stop, String method) throws Exception {
        ByteFaults faults = new ByteFaults(stop, step(transport));
        faults.whileItAnswers(method);
        faults.whileItAnswersAtLength(method);
        play(transport, stop, faults);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aClientStopsInItsRequest(String transport, Stop stop) throws Exception {
        ByteFaults faults = new ByteFaults(stop, step(transport));
        faults.inItsRequest(false);
        faults.inItsRequest(true);
        play(transport, stop, faults);
    }

    /** Without those that stall: a small response is taken by their kernel. SlowReaderTest has them. */
    @ParameterizedTest
    @MethodSource("clientsThatLeave")
    void aClientStopsWhileItIsAnswered(String transport, Stop stop) throws Exception {
        ByteFaults faults = new ByteFaults(stop, step(transport));
        faults.whileItIsAnswered(false);
        faults.whileItIsAnswered(true);
        play(transport, stop, faults);
    }
}
