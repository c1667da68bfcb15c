package io.sluice.config;

/**
 * A Unix domain socket.
 *
 * @param path absolute, of its file; at most {@value #LONGEST} bytes
 */
public record UnixPath(String path) implements EndpointAddress, BindAddress {
    /** Bytes. The system takes 107; a listener's socket has a longer name for a moment. */
    public static final int LONGEST = 100;

    @Override
    public String toString() {
        return "unix:" + path;
    }
}
