package io.sluice;

import java.io.Serial;

/** The gateway can't start, for a reason that its user can do something about; the message is all that they need to see. */
public final class StartException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }
}
