package io.sluice.admin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import io.sluice.config.GatewayConfig;
import io.sluice.config.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Those who have logged in by a browser: it keeps a random number in a cookie that no script and no other site can use, and never the
 * token. It is good until {@link #IDLE} after its last use, {@link #LONGEST} after the login, or until its token is another one. At most
 * {@value #MOST} are known; the one that was unused for the longest time goes first. They end with the process. Any thread.
 */
final class Sessions {
    static final int MOST = 1000;
    static final Duration IDLE = Duration.ofMinutes(30);
    static final Duration LONGEST = Duration.ofHours(12);
    private static final int ID_BYTES = 32;
    /** Cookies are those of a host, whatever the port: two gateways of one machine must not take each other's away. */
    private static final Pattern PORT = Pattern.compile(":([0-9]{1,5})$");

    private static final String NAME = "sluice-session";

    private final SecureRandom random = new SecureRandom();
    private final LongSupplier nanoTime;
    private final Cache<String, Session> known;

    private record Session(Caller caller, Secret token, long begun) {}

    Sessions(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.known = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(IDLE)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Begins one.
     *
     * @param token that was given, and that it ends with
     * @return the cookie, as in Set-Cookie
     */
    String begin(AdminRequest request, Caller caller, Secret token) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String text = HexFormat.of().formatHex(id);
        known.put(text, new Session(caller, token, nanoTime.getAsLong()));
        return cookie(request, text, LONGEST.toSeconds());
    }

    private static String cookie(AdminRequest request, String value, long seconds) {
        // the listener speaks no TLS, but what stands in front of it may
        boolean secure = request.headers()
                .get(HttpHeaderNames.ORIGIN, "")
                .regionMatches(true, 0, "https:", 0, "https:".length());
        return name(request) + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                + (secure ? "; Secure" : "");
    }

    private static String name(AdminRequest request) {
        Matcher port = PORT.matcher(request.headers().get(HttpHeaderNames.HOST, ""));
        return port.find() ? NAME + "-" + port.group(1) : NAME;
    }

    /** Null: there is none, or it is over. */
    @Nullable
    Caller find(AdminRequest request, GatewayConfig.Admin admin) {
        String id = id(request);
        Session session = id == null ? null : known.getIfPresent(id);
        if (id == null || session == null) {
            return null;
        }
        Secret token = session.caller.granted() == Access.FULL ? admin.token() : admin.readToken();
        boolean old = nanoTime.getAsLong() - session.begun > LONGEST.toNanos();
        if (old || !Objects.equals(token, session.token)) {
            known.invalidate(id);
            return null;
        }
        return session.caller;
    }

    private static @Nullable String id(AdminRequest request) {
        String wanted = name(request);
        for (String field : request.headers().getAll(HttpHeaderNames.COOKIE)) {
            for (Cookie cookie : ServerCookieDecoder.STRICT.decodeAll(field)) {
                if (cookie.name().equals(wanted)) {
                    return cookie.value();
                }
            }
        }
        return null;
    }

    /** Ends the one of a request, if it has one; returns a cookie that takes its place and is over at once. */
    String end(AdminRequest request) {
        String id = id(request);
        if (id != null) {
            known.invalidate(id);
        }
        return cookie(request, "", 0);
    }
}
