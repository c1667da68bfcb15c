package io.sluice.bench.models;

import java.io.IOException;

/** Program that serves in one model until it is ended: {@code ModelServer MODEL PORT}. */
public final class ModelServer {
    /** Exit code if the model does not work on this machine; the last line of the output says why. */
    public static final int UNAVAILABLE = 3;

    private ModelServer() {}

    /** Serves, and leaves the JVM to the server's threads. */
    @SuppressWarnings("resource") // open until the program is ended
    public static void main(String[] args) {
        try {
            Model.of(args[0]).serve(Integer.parseInt(args[1]));
        } catch (IOException e) {
            System.out.println(e.getMessage());
            System.exit(UNAVAILABLE);
        }
    }
}
