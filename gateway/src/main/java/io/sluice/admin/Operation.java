package io.sluice.admin;

import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;

/**
 * What the admin listener can be asked: one method on one path.
 *
 * @param path each {@code {name}} in it stands for one segment
 * @param changes it changes something or begins a session, and goes into the audit log
 */
record Operation(HttpMethod method, String path, Access access, boolean changes, Call call) {

    /** On a virtual thread; takes its time. */
    @FunctionalInterface
    interface Call {
        AdminResponse answer(AdminRequest request) throws IOException, InterruptedException;
    }

    static Operation get(String path, Call call) {
        return new Operation(HttpMethod.GET, path, Access.READ, false, call);
    }

    static Operation change(HttpMethod method, String path, Call call) {
        return new Operation(method, path, Access.FULL, true, call);
    }
}
