package io.sluice.config;

import io.sluice.config.GatewayConfig.Admin;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the admin listener. One that others than this machine reach needs a token. A token stands in the environment or in a
 * file of its own, never in the text of the config: that is given out by the API, and lies where configs lie.
 */
final class AdminReader {
    private static final HostPort DEFAULT = new HostPort("127.0.0.1", 9900);
    private static final HostPort OFF = new HostPort("off", 0);

    private static final Syntax<HostPort> BIND = new Syntax<>(
                    "an address, or off", text -> text.equals("off") ? Parsed.good(OFF) : Addresses.LISTEN.read(text))
            .like("off|.*:[0-9]{1,9}");

    private static final Syntax<Integer> SAMPLES = Syntax.whole(1, 100_000).orNone(0);

    private static final String TOKEN_EXPECTED = "16 to 256 of the characters A-Z a-z 0-9 - . _ ~ + / =";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{16,256}");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(?:[A-Za-z_][A-Za-z0-9_]*|file:[^}]+)\\}");
    private static final Syntax<String> ANY =
            new Syntax<>("${NAME} or ${file:path}", Parsed::good).like(REFERENCE.pattern());

    private AdminReader() {}

    static Admin read(Section in) {
        HostPort bind = in.optional("bind", BIND).orElse(DEFAULT);
        Secret token = secret(in, "token");
        Secret readToken = secret(in, "readToken");
        if (readToken != null && readToken.equals(token)) {
            in.problem(in.place("readToken"), "readToken", "the same as token (expected: another one)", null);
        }
        if (in.has("readToken") && !in.has("token")) {
            in.problem(in.place("readToken"), "readToken", "there is no token (expected: one for changes, too)", null);
        }
        int samples = in.optional("samples", SAMPLES).orElse(Admin.SAMPLES);
        if (bind.equals(OFF)) {
            // nobody could ask for them
            return new Admin(null, token, readToken, 0);
        }
        if (!Addresses.loopback(bind) && !in.has("token")) {
            Tree tree = in.tree("bind");
            in.problem(
                    tree == null ? in.place() : tree.place(),
                    "bind",
                    bind + " (expected: a loopback address, such as 127.0.0.1:9900, or a token)",
                    "whoever reaches it may do anything: set admin.token, such as ${file:admin.token}");
        }
        return new Admin(bind, token, readToken, samples);
    }

    /** Null where there is none, or a wrong one: its value is in no message. */
    private static @Nullable Secret secret(Section in, String key) {
        if (!(in.tree(key) instanceof Tree.Text text) || text.absent()) {
            in.optional(key, ANY);
            return null;
        }
        if (!REFERENCE.matcher(text.raw()).matches()) {
            in.problem(
                    text.place(),
                    key,
                    "written out (expected: ${NAME} or ${file:path})",
                    "the text of the config is shown to those who may read it");
            return null;
        }
        if (!TOKEN.matcher(text.value()).matches()) {
            String what = Shown.value(text.raw()) + " stands for something else (expected: " + TOKEN_EXPECTED + ")";
            in.problem(text.place(), key, what, "openssl rand -hex 32 makes a good one");
            return null;
        }
        return new Secret(text.value());
    }
}
