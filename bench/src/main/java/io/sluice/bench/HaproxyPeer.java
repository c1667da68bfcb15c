package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** HAProxy with two threads that share their idle upstream connections. */
record HaproxyPeer(HeaderWork headers, Room room, Manner manner, Speech clients) implements Peer {
    HaproxyPeer(HeaderWork headers, Room room) {
        this(headers, room, Manner.LEAN);
    }

    HaproxyPeer(HeaderWork headers, Room room, Manner manner) {
        this(headers, room, manner, Speech.PLAIN);
    }

    @Override
    public String name() {
        return "haproxy";
    }

    @Override
    public List<String> versionCommand() {
        return List.of(Peer.program("haproxy"), "-v");
    }

    @Override
    public Launch prepare(Seat seat) throws IOException {
        String added = switch (headers) {
            case PLAIN -> "";
            case EQUAL -> Template.of("haproxy-equal-headers.cfg").text();
        };
        String config = manner.template("haproxy", "cfg")
                .fill(Map.of(
                        "port", seat.port(),
                        "speech", speech(seat),
                        "backend", seat.backendPort(),
                        "connections", room.connections(),
                        "buffer", room.haproxyBuffer(),
                        "high", room.keepPercent(),
                        "low", room.keepPercent() - 5,
                        "headers", added));
        Path file = Files.writeString(seat.directory().resolve("haproxy.cfg"), config);
        return new Launch(List.of(Peer.program("haproxy"), "-db", "-f", file.toString()));
    }

    private String speech(Seat seat) {
        SiteCertificate site = seat.certificate();
        if (site == null) {
            return clients.http2() ? " proto h2" : "";
        }
        return " ssl no-tls-tickets crt " + site.both() + (clients.http2() ? " alpn h2,http/1.1" : "");
    }
}
