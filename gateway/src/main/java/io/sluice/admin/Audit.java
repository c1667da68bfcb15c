package io.sluice.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was changed over the admin API, or was to be, and who logged in, or tried to: a line of the log for each, by a logger of this
 * class's name, and the latest {@value #ROOM} of them to be asked for. Of those who come too early, and again and again, only the first
 * is written down, or they would push out all others. Any thread.
 */
final class Audit {
    private static final Logger log = LoggerFactory.getLogger(Audit.class);
    static final int ROOM = 1000;
    private static final int LONGEST_PATH = 256;
    private static final int TOO_EARLY = 429;

    private final Deque<Entry> latest = new ArrayDeque<>();

    /**
     * One request.
     *
     * @param caller which token it came with, not what that is
     * @param result null: the status says it
     */
    private record Entry(
            Instant at,
            String client,
            String caller,
            String method,
            String path,
            int status,
            @Nullable String result) {

        boolean comesTooEarlyLike(@Nullable Entry before) {
            return status == TOO_EARLY
                    && before != null
                    && before.status == TOO_EARLY
                    && before.client.equals(client)
                    && before.path.equals(path);
        }
    }

    void record(AdminRequest request, String caller, AdminResponse response) {
        String path = request.path();
        Entry entry = new Entry(
                Instant.now(),
                request.client().getHostAddress(),
                caller,
                request.method().name(),
                path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) + "..." : path,
                response.status(),
                response.result());
        synchronized (latest) {
            if (entry.comesTooEarlyLike(latest.peekFirst())) {
                return;
            }
            if (latest.size() == ROOM) {
                latest.removeLast();
            }
            latest.addFirst(entry);
        }
        log.info(
                "{} ({}) {} {}: {}{}",
                entry.client,
                entry.caller,
                entry.method,
                entry.path,
                entry.status,
                entry.result == null ? "" : ", " + entry.result);
    }

    /** The latest ones, the last first. */
    ArrayNode latest(int limit) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        synchronized (latest) {
            latest.stream()
                    .limit(limit)
                    .forEach(entry -> list.addObject()
                            .put("at", entry.at.toString())
                            .put("client", entry.client)
                            .put("caller", entry.caller)
                            .put("method", entry.method)
                            .put("path", entry.path)
                            .put("status", entry.status)
                            .put("result", entry.result));
        }
        return list;
    }
}
