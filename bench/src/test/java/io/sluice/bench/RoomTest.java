package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomTest {
    private static final Room BIG = new Room(19_500, 24 * 1024, 95);

    @Test
    void leavesTheUsualRoomAsItComes() {
        assertThat(Room.USUAL.nginxHeadBlocks()).isEqualTo(4);
        assertThat(Room.USUAL.haproxyBuffer()).isEqualTo(16 * 1024);
    }

    @Test
    void tellsNginxWhatToTake(@TempDir Path directory) throws Exception {
        new NginxPeer(HeaderWork.PLAIN, BIG).prepare(new Seat(directory, 1001, 1002, 1003));

        assertThat(Files.readString(directory.resolve("nginx.conf")))
                .contains("worker_connections 19500;", "large_client_header_buffers 6 8k;")
                .doesNotContain("${");
    }

    @Test
    void tellsHaproxyWhatToTake(@TempDir Path directory) throws Exception {
        new HaproxyPeer(HeaderWork.PLAIN, BIG).prepare(new Seat(directory, 1001, 1002, 1003));

        assertThat(Files.readString(directory.resolve("haproxy.cfg")))
                .contains("maxconn 19500", "tune.bufsize 32768", "tune.pool-high-fd-ratio 95")
                .doesNotContain("${");
    }

    @Test
    void leavesTheOthersTheirUsualTimeouts(@TempDir Path directory) throws Exception {
        Seat seat = new Seat(directory, 1001, 1002, 1003);
        new NginxPeer(HeaderWork.PLAIN, BIG, Manner.USUAL).prepare(seat);
        new HaproxyPeer(HeaderWork.PLAIN, BIG, Manner.USUAL).prepare(seat);

        assertThat(Files.readString(directory.resolve("nginx.conf")))
                .contains("worker_connections 19500;")
                .doesNotContain("timeout", "buffering", "${");
        assertThat(Files.readString(directory.resolve("haproxy.cfg")))
                .contains("maxconn 19500", "timeout client 50s")
                .doesNotContain("1h", "${");
    }
}
