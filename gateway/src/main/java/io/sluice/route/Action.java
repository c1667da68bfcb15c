package io.sluice.route;

import io.sluice.config.RouteConfig;
import io.sluice.http.Answer;
import io.sluice.http.Head;
import io.sluice.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is done with a request that a {@link Route} takes, compiled. {@link Split} forwards to one of several upstreams. */
public sealed interface Action permits Action.Forward, Split, Action.Redirect, Action.Respond {

    /** Forwards to one upstream. */
    record Forward(Upstream upstream) implements Action {}

    /** Answers with a redirect. */
    final class Redirect implements Action {
        private final int status;
        private final Location location;

        private Redirect(int status, Location location) {
            this.status = status;
            this.location = location;
        }

        public int status() {
            return status;
        }

        /**
         * The value of the Location field, ASCII and without control characters; the head must be as it was matched.
         * Null: what the request holds makes none that is safe ({@link io.sluice.http.Failure#REQUEST_TARGET}).
         */
        public @Nullable String location(Head head) {
            return location.of(head);
        }
    }

    /** Answers with fixed content. */
    final class Respond implements Action {
        private final int status;
        private final String contentType;
        private final byte[] body;
        private final Answer answer;

        private Respond(int status, String contentType, byte[] body) {
            this.status = status;
            this.contentType = contentType;
            this.body = body;
            this.answer = Answer.of(status, contentType, body);
        }

        /** What is sent, but for the date and the route's header edits. */
        public Answer answer() {
            return answer;
        }

        public int status() {
            return status;
        }

        public String contentType() {
            return contentType;
        }

        /** UTF-8; must not be changed. */
        public byte[] body() {
            return body;
        }
    }

    static Action of(RouteConfig.Action action, PathMatch match, Function<String, Upstream> upstreams) {
        return switch (action) {
            case RouteConfig.Action.Forward forward -> new Forward(upstreams.apply(forward.upstream()));
            case RouteConfig.Action.Split split -> Split.of(split, upstreams);
            case RouteConfig.Action.Redirect redirect ->
                new Redirect(redirect.status(), Location.of(redirect.location(), match));
            case RouteConfig.Action.Respond respond ->
                new Respond(
                        respond.status(), respond.contentType(), respond.body().getBytes(StandardCharsets.UTF_8));
        };
    }
}
