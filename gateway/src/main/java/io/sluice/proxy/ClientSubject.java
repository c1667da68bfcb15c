package io.sluice.proxy;

import io.sluice.http.Head;
import io.sluice.tls.Secured;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The field of requests that tells whose certificate the client has. What a client sends under that name, or under one that backends after
 * the manner of CGI take for it since it differs by underscores only, is dropped before anybody looks at it. Immutable.
 */
final class ClientSubject {
    private final String name;
    /** In lower case, with hyphens for underscores. */
    private final byte[] folded;

    private ClientSubject(String name) {
        this.name = name;
        this.folded = name.toLowerCase(Locale.ROOT).replace('_', '-').getBytes(StandardCharsets.US_ASCII);
    }

    /** Null where none is to be told. */
    static @Nullable ClientSubject of(@Nullable String name) {
        return name == null ? null : new ClientSubject(name);
    }

    void apply(Head request, @Nullable Secured secured) {
        for (int field = 0; field < request.fields(); field++) {
            if (!request.dropped(field) && isIt(request, field)) {
                request.drop(field);
            }
        }
        if (secured != null && secured.subject() != null) {
            request.add(name, secured.subject());
        }
    }

    private boolean isIt(Head request, int field) {
        int start = request.nameStart(field);
        if (request.nameEnd(field) - start != folded.length) {
            return false;
        }
        byte[] block = request.block();
        for (int i = 0; i < folded.length; i++) {
            int b = block[start + i];
            if (b >= 'A' && b <= 'Z') {
                b += 'a' - 'A';
            }
            if ((b == '_' ? '-' : b) != folded[i]) {
                return false;
            }
        }
        return true;
    }
}
