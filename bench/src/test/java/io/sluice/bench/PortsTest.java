package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void aServerCanBindATakenPort() throws Exception {
        try (Ports ports = new Ports();
                ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), ports.take()));

            assertThat(server.isBound()).isTrue();
        }
    }

    @Test
    void aSecondRunCannotTakeTheSamePort() throws Exception {
        try (Ports ports = new Ports();
                ServerSocket other = new ServerSocket()) {
            InetSocketAddress held = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), ports.take());

            assertThatThrownBy(() -> other.bind(held)).isInstanceOf(BindException.class);
        }
    }
}
