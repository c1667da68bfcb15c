package io.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.ClientRules;
import io.sluice.config.Network;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressRulesTest {
    private static final int ROUNDS = 300;
    private static final int ADDRESSES = 200;

    private static Network network(String text) {
        String[] parts = text.split("/", -1);
        return new Network(InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
    }

    private static List<Network> networks(String list) {
        return list.isEmpty()
                ? List.of()
                : Stream.of(list.split(" ", -1)).map(AddressRulesTest::network).toList();
    }

    private static boolean serves(ClientRules rules, InetAddress address) {
        AddressRules compiled = AddressRules.of(rules);
        return compiled == null || compiled.serves(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                       | ''                        | 192.0.2.1          | true
            10.0.0.0/8               | ''                        | 10.255.255.255     | true
            10.0.0.0/8               | ''                        | 11.0.0.0           | false
            10.0.0.0/8               | ''                        | 9.255.255.255      | false
            10.0.0.0/8               | ''                        | 2001:db8::1        | false
            ''                       | 10.0.0.0/8                | 10.0.0.0           | false
            ''                       | 10.0.0.0/8                | 192.0.2.1          | true
            10.0.0.0/8               | 10.1.0.0/16               | 10.1.2.3           | false
            10.0.0.0/8               | 10.1.0.0/16               | 10.2.0.0           | true
            10.1.0.0/16              | 10.0.0.0/8                | 10.1.255.255       | true
            10.0.0.0/8 10.1.2.3/32   | 10.1.0.0/16               | 10.1.2.3           | true
            10.0.0.0/8 10.1.2.3/32   | 10.1.0.0/16               | 10.1.2.4           | false
            255.255.255.255/32       | ''                        | 255.255.255.255    | true
            ''                       | 0.0.0.0/0                 | 192.0.2.1          | false
            ''                       | 0.0.0.0/0                 | 2001:db8::1        | true
            ''                       | ::/0                      | 192.0.2.1          | true
            ''                       | ::/0                      | ffff::             | false
            2001:db8::/32            | 2001:db8:0:1::/64         | 2001:db8:0:1::9    | false
            2001:db8::/32            | 2001:db8:0:1::/64         | 2001:db8:0:2::     | true
            2001:db8::/32            | 2001:db8:0:1::/64         | 2001:db9::         | false
            ''                       | ::1/128                   | ::1                | false
            ''                       | ::1/128                   | ::2                | true
            """)
    void decidesByTheSmallestNetwork(String allow, String deny, String address, boolean served) {
        ClientRules rules = new ClientRules(networks(allow), networks(deny));

        assertThat(serves(rules, InetAddress.ofLiteral(address))).isEqualTo(served);
    }

    @Test
    void saysTheSameAsAScanOverAllNetworks() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            List<Network> allow = new ArrayList<>();
            List<Network> deny = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                Network network = random(random);
                if (!allow.contains(network) && !deny.contains(network)) {
                    (random.nextBoolean() ? allow : deny).add(network);
                }
            }
            ClientRules rules = new ClientRules(allow, deny);
            for (int i = 0; i < ADDRESSES; i++) {
                InetAddress address = address(random);
                assertThat(serves(rules, address))
                        .as("%s of %s", address, rules)
                        .isEqualTo(scan(rules, address));
            }
        }
    }

    private static boolean scan(ClientRules rules, InetAddress address) {
        return Stream.concat(rules.allow().stream(), rules.deny().stream())
                .filter(network -> network.contains(address))
                .max(Comparator.comparingInt(Network::prefix))
                .map(rules.allow()::contains)
                .orElse(rules.allow().isEmpty());
    }

    /** Few different ones, so that they hit each other. */
    private static InetAddress address(Random random) throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(4) == 0 ? -random.nextInt(2) : random.nextInt(3) << 6);
        }
        return InetAddress.getByAddress(bytes);
    }

    private static Network random(Random random) throws UnknownHostException {
        byte[] bytes = address(random).getAddress();
        int prefix = random.nextInt(bytes.length * Byte.SIZE + 1);
        for (int bit = prefix; bit < bytes.length * Byte.SIZE; bit++) {
            bytes[bit / Byte.SIZE] &= (byte) ~(0x80 >> bit % Byte.SIZE);
        }
        return new Network(InetAddress.getByAddress(bytes), prefix);
    }
}
