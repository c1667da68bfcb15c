package io.sluice.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.sluice.config.GatewayConfig;
import io.sluice.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may do what. Without a token in the config, whoever reaches the listener, which is this machine; {@link Guard} keeps web pages
 * out then. With one, who says it (RFC 6750 section 2.1): a browser doesn't by itself, so no page can borrow it; or who has said it
 * once to begin one of {@link Sessions}, whose cookie a page of another site can't make use of. Tokens are
 * those of the config in force. Any thread.
 */
final class Authorization {
    private static final Logger log = LoggerFactory.getLogger(Authorization.class);
    private static final String CHALLENGE = "Bearer realm=\"sluice\"";
    private static final String SCHEME = "bearer ";

    private final Supplier<GatewayConfig.Admin> config;
    private final boolean loopback;
    private final Guesses guesses;
    private final Sessions sessions = new Sessions(System::nanoTime);
    /** The latest that had a token: a listener that others reach does not open when a reload takes it away. */
    private volatile GatewayConfig.Admin kept;

    /**
     * @param loopback the listener is bound so that only this machine reaches it
     */
    Authorization(Supplier<GatewayConfig.Admin> config, boolean loopback, Guesses guesses) {
        this.config = config;
        this.loopback = loopback;
        this.guesses = guesses;
        this.kept = config.get();
    }

    /**
     * What a request may do.
     *
     * @param refusal null: it may do what it asks for
     */
    record Verdict(Caller caller, @Nullable AdminResponse refusal) {}

    Verdict judge(AdminRequest request, Access needed) {
        GatewayConfig.Admin admin = config.get();
        if (admin.token() != null) {
            kept = admin;
        } else if (loopback) {
            return new Verdict(Caller.LOCAL, Guard.objection(request));
        } else {
            admin = kept;
        }
        return needed == Access.OPEN ? new Verdict(Caller.NOBODY, null) : judge(request, needed, admin);
    }

    /** The tokens that count; null: none is asked for. */
    private GatewayConfig.@Nullable Admin tokens() {
        GatewayConfig.Admin admin = config.get();
        return admin.token() != null ? admin : loopback ? null : kept;
    }

    boolean needsToken() {
        return tokens() != null;
    }

    private Verdict judge(AdminRequest request, Access needed, GatewayConfig.Admin admin) {
        String given = token(request);
        Verdict verdict = given == null ? bySession(request, admin) : judge(request, given, admin);
        if (verdict.refusal() != null
                || needed == Access.READ
                || verdict.caller().granted() == Access.FULL) {
            return verdict;
        }
        AdminResponse response = AdminResponse.error(403, "the token is for reading only", "admin.token of the config");
        return new Verdict(
                verdict.caller(), response.with("www-authenticate", CHALLENGE + ", error=\"insufficient_scope\""));
    }

    private Verdict bySession(AdminRequest request, GatewayConfig.Admin admin) {
        Caller caller = sessions.find(request, admin);
        return caller == null
                ? refused(AdminResponse.error(401, "no token", "Authorization: Bearer and a token"), CHALLENGE)
                : new Verdict(caller, Guard.fromElsewhere(request));
    }

    /** What a token is good for. */
    Verdict judge(AdminRequest request, String given) {
        GatewayConfig.Admin admin = tokens();
        return admin == null ? new Verdict(Caller.LOCAL, null) : judge(request, given, admin);
    }

    /** A cookie for whoever has just shown a token. */
    String beginSession(AdminRequest request, Caller caller) {
        GatewayConfig.Admin admin = tokens();
        Secret token = admin == null ? null : caller.granted() == Access.FULL ? admin.token() : admin.readToken();
        // the token may be gone by now: then this is over before it begins
        return token == null ? sessions.end(request) : sessions.begin(request, caller, token);
    }

    String endSession(AdminRequest request) {
        return sessions.end(request);
    }

    private Verdict judge(AdminRequest request, String given, GatewayConfig.Admin admin) {
        long wait = guesses.wait(request.client());
        if (wait > 0) {
            AdminResponse early = AdminResponse.error(429, "too many wrong tokens", "another try in " + wait + " s");
            return new Verdict(Caller.NOBODY, early.with("retry-after", Long.toString(wait)));
        }
        // both are compared, whatever comes of the first
        boolean full = isSame(given, admin.token());
        boolean read = isSame(given, admin.readToken());
        if (!full && !read) {
            return wrong(request);
        }
        guesses.right(request.client());
        return new Verdict(full ? Caller.TOKEN : Caller.READ_TOKEN, null);
    }

    private Verdict wrong(AdminRequest request) {
        long wait = guesses.wrong(request.client());
        if (wait > 0) {
            log.warn(
                    "{}: wrong tokens for the admin API, no other is looked at for {} s",
                    request.client().getHostAddress(),
                    wait);
        }
        return refused(
                AdminResponse.error(401, "wrong token", "one of the config in force"),
                CHALLENGE + ", error=\"invalid_token\"");
    }

    private static Verdict refused(AdminResponse response, String challenge) {
        return new Verdict(Caller.NOBODY, response.with("www-authenticate", challenge));
    }

    private static @Nullable String token(AdminRequest request) {
        String field = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return field.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                ? field.substring(SCHEME.length()).strip()
                : null;
    }

    /** Takes as long wherever they differ, and however long they are: digests are compared. */
    private static boolean isSame(String given, @Nullable Secret wanted) {
        byte[] a = Digests.sha256(given.getBytes(StandardCharsets.UTF_8));
        byte[] b = Digests.sha256((wanted == null ? "" : wanted.value()).getBytes(StandardCharsets.UTF_8));
        boolean same = MessageDigest.isEqual(a, b);
        return same && wanted != null;
    }
}
