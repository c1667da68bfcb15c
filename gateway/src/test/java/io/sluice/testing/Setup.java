package io.sluice.testing;

/**
 * The config of a test: one listener {@code web}, one upstream {@code backend}, one route {@code all} that leads
 * everything there. Each part takes further keys in YAML's flow style, such as {@code "timeouts: { idle: 1s }"}.
 */
public record Setup(String top, String listener, String endpoints, String connections, String upstream, String route) {

    /** An upstream of these backends. */
    public static Setup of(ScriptedBackend... backends) {
        String[] endpoints = new String[backends.length];
        for (int i = 0; i < backends.length; i++) {
            endpoints[i] = backends[i].endpoint();
        }
        return ofEndpoints(endpoints);
    }

    /** An upstream of these addresses. */
    public static Setup ofEndpoints(String... endpoints) {
        return new Setup("", "", "\"" + String.join("\", \"", endpoints) + "\"", "", "", "");
    }

    /** Lines at the top of the file. */
    public Setup top(String lines) {
        return new Setup(lines, listener, endpoints, connections, upstream, route);
    }

    public Setup listener(String keys) {
        return new Setup(top, keys, endpoints, connections, upstream, route);
    }

    public Setup connections(String keys) {
        return new Setup(top, listener, endpoints, keys, upstream, route);
    }

    public Setup upstream(String keys) {
        return new Setup(top, listener, endpoints, connections, keys, route);
    }

    public Setup route(String keys) {
        return new Setup(top, listener, endpoints, connections, upstream, keys);
    }

    /** Bodies of requests are passed on from their first byte on: for tests that send them in pieces. */
    public Setup streaming() {
        return route("limits: { requestBuffer: 0B }");
    }

    /** The file. */
    public String yaml() {
        return """
                threads: 2
                %s
                listeners:
                  web: { bind: "127.0.0.1:0", %s }
                upstreams:
                  backend: { endpoints: [%s], connections: { %s }, %s }
                routes:
                  - { name: all, to: backend, %s }
                """.formatted(top, listener, endpoints, connections, upstream, route);
    }
}
