package io.sluice.h2;

import io.netty.buffer.ByteBuf;
import io.sluice.http.Head;
import org.jspecify.annotations.Nullable;

/** What a stream tells its owner; on the loop. */
public interface StreamEvents {
    /** How a stream came to its end. */
    enum Ending {
        /** Both sides have said everything. */
        ENDED,
        /** The other end has reset it. */
        RESET,
        /** The other end has not begun with it, and says so: it can be tried again elsewhere, whatever it asks for. */
        REFUSED,
        /** What came on it was against the rules: it was reset from here. */
        FAULT,
        /** Its owner has reset it. */
        GIVEN_UP,
        /** The connection is gone. */
        LOST
    }

    /** Client: a 1xx response, lent for the call. */
    default void interimHead(Head response) {}

    /**
     * Client: the final response, lent for the call.
     *
     * @param ended nothing follows, and {@link #ended} is not called
     */
    default void head(Head response, boolean ended) {}

    /** A piece of the body, lent for the call. Room for as many bytes more is given by {@link H2Stream#consumed}. */
    void data(ByteBuf lent, int from, int length);

    /** Nothing follows. Trailers are lent for the call. */
    void ended(@Nullable Head trailers);

    /** All that was kept has been sent: more can be written. */
    void writable();

    /**
     * The stream is over: the last call, exactly once. May come from within a call of the owner's that ends or resets the stream.
     *
     * @param code that was sent or received; NO_ERROR where there was none
     */
    void closed(Ending how, ErrorCode code);
}
