package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx with two workers and 64 kept upstream connections for each. */
record NginxPeer(HeaderWork headers, Room room, Manner manner, Speech clients) implements Peer {
    NginxPeer(HeaderWork headers, Room room) {
        this(headers, room, Manner.LEAN);
    }

    NginxPeer(HeaderWork headers, Room room, Manner manner) {
        this(headers, room, manner, Speech.PLAIN);
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public List<String> versionCommand() {
        return List.of(Peer.program("nginx"), "-v");
    }

    @Override
    public Launch prepare(Seat seat) throws IOException {
        String added = switch (headers) {
            case PLAIN -> "";
            case EQUAL -> Template.of("nginx-equal-headers.conf").text();
        };
        SiteCertificate site = seat.certificate();
        String certificate = site == null
                ? ""
                : "ssl_certificate " + site.certificate() + "; ssl_certificate_key " + site.key()
                        + "; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache off;";
        String config = manner.template("nginx", "conf")
                .fill(Map.of(
                        "user", user(),
                        "dir", seat.directory(),
                        "port", seat.port(),
                        "speech", (site == null ? "" : " ssl") + (clients.http2() ? " http2" : ""),
                        "certificate", certificate,
                        "backend", seat.backendPort(),
                        "connections", room.connections(),
                        "headBlocks", room.nginxHeadBlocks(),
                        "headers", added));
        return command(seat.directory(), config);
    }

    /** Writes a config of nginx and says how to start it without touching the system's own files. */
    static Launch command(Path directory, String config) throws IOException {
        Path file = Files.writeString(directory.resolve("nginx.conf"), config);
        return new Launch(
                List.of(Peer.program("nginx"), "-p", directory.toString(), "-c", file.toString(), "-e", "stderr"));
    }

    /** The workers stay root if the master is, since the run's directory is closed to others. */
    static String user() {
        return "root".equals(System.getProperty("user.name")) ? "user root;" : "";
    }
}
