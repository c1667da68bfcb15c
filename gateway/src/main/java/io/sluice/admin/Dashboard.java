package io.sluice.admin;

import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard's files, as they lie in the jar. They hold no secrets, so nobody needs a token for them: the page asks for one, and
 * all that it shows comes from calls that need it. Virtual threads.
 *
 * <p>A path is looked up as it is: letters, digits and {@code - _ .}, no segment that begins with a dot, nothing encoded. So it can't lead
 * out of the folder, and what has no known type, such as a class or a folder, is not there.
 */
final class Dashboard {
    private static final String FOLDER = "/io/sluice/dashboard";
    private static final String INDEX = "/index.html";
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9_.-]{0,100}){1,8}");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"));

    /** By path; as many as the jar has. */
    private final Map<String, DashboardFile> files = new ConcurrentHashMap<>();

    /** What a path stands for; null: nothing here. */
    @Nullable
    DashboardFile find(String path) {
        if (path.equals("/")) {
            DashboardFile index = find(INDEX);
            return index == null ? DashboardFile.NONE : index;
        }
        DashboardFile known = files.get(path);
        if (known != null) {
            return known;
        }
        String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
        if (type == null || !PATH.matcher(path).matches()) {
            return null;
        }
        DashboardFile read = read(path, type);
        if (read != null) {
            files.put(path, read);
        }
        return read;
    }

    private static @Nullable DashboardFile read(String path, String type) {
        byte[] plain = bytes(path);
        return plain == null ? null : DashboardFile.of(path, type, plain, bytes(path + ".br"), bytes(path + ".gz"));
    }

    private static byte @Nullable [] bytes(String path) {
        try (InputStream in = Dashboard.class.getResourceAsStream(FOLDER + path)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What such a request gets. */
    static AdminResponse answer(DashboardFile file, AdminRequest request) {
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        return reads
                ? file.answer(request.headers())
                : AdminResponse.error(405, request.method() + " " + request.path(), "GET, HEAD")
                        .with("allow", "GET, HEAD");
    }
}
