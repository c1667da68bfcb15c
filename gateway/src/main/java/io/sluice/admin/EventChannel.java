package io.sluice.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;

/** One who is sent events: a connection that was answered with a stream of them. Any thread. */
final class EventChannel {
    private final Channel channel;

    EventChannel(Channel channel) {
        this.channel = channel;
    }

    /** An event as text/event-stream has it: JSON on one line. */
    static String event(String name, JsonNode data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    /** False while what was sent before has not been taken by the client, beyond what the kernel holds and some more. */
    boolean isReady() {
        return channel.isActive() && channel.isWritable();
    }

    /** Sends events, or anything else that {@code text/event-stream} may have; nothing if it is closed. */
    void send(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        whileOpen(() -> channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes))));
    }

    /** Ends the answer as it should end, and then the connection. */
    void end() {
        whileOpen(() -> channel.writeAndFlush(new DefaultLastHttpContent()).addListener(ChannelFutureListener.CLOSE));
    }

    /** Closes at once: the client does not take what it asked for. */
    void drop() {
        whileOpen(channel::close);
    }

    private void whileOpen(Runnable action) {
        if (channel.isOpen()) {
            try {
                action.run();
            } catch (RejectedExecutionException ended) {
                // the server was closed this moment
                return;
            }
        }
    }
}
