package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0, 255.255.255.255, true",
        "10.0.0.0, 8, 10.255.0.1, true",
        "10.0.0.0, 8, 11.0.0.0, false",
        "10.0.0.128, 25, 10.0.0.128, true",
        "10.0.0.128, 25, 10.0.0.127, false",
        "10.0.0.1, 32, 10.0.0.1, true",
        "10.0.0.1, 32, 10.0.0.0, false",
        "2001:db8::, 33, 2001:db8:7fff::1, true",
        "2001:db8::, 33, 2001:db8:8000::1, false",
        "::, 0, 10.0.0.1, false",
        "0.0.0.0, 0, ::1, false",
        "::, 128, ::, true",
        "::, 0, ::, false",
        "::, 128, ::1, false",
    })
    void knowsItsAddresses(String address, int prefix, String candidate, boolean contains) {
        Network network = new Network(InetAddress.ofLiteral(address), prefix);

        assertThat(network.contains(InetAddress.ofLiteral(candidate))).isEqualTo(contains);
    }
}
