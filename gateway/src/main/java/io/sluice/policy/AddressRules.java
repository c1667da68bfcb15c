package io.sluice.policy;

import io.sluice.config.ClientRules;
import io.sluice.config.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link ClientRules}, compiled. A look-up is a binary search, however many networks there are, and makes no garbage. Immutable, any
 * thread.
 */
public final class AddressRules {
    private static final int IPV4_BYTES = 4;

    private final AddressLine ipv4;
    private final AddressLine ipv6;

    private AddressRules(ClientRules rules) {
        boolean others = rules.allow().isEmpty();
        ipv4 = line(rules, true, others);
        ipv6 = line(rules, false, others);
    }

    private static AddressLine line(ClientRules rules, boolean ipv4, boolean others) {
        List<AddressLine.Block> blocks = Stream.concat(
                        rules.allow().stream().map(network -> block(network, true)),
                        rules.deny().stream().map(network -> block(network, false)))
                .filter(block -> block.bits() == (ipv4 ? Integer.SIZE : 2 * Long.SIZE))
                .toList();
        return new AddressLine(blocks, others);
    }

    private static AddressLine.Block block(Network network, boolean served) {
        byte[] bytes = network.address().getAddress();
        int bits = bytes.length * Byte.SIZE;
        return AddressLine.Block.of(high(bytes), low(bytes), bits, bits - network.prefix(), served);
    }

    /** @return null: everybody is served, so nobody need be asked */
    public static @Nullable AddressRules of(ClientRules rules) {
        return rules.equals(ClientRules.NONE) ? null : new AddressRules(rules);
    }

    /** Whether a client with this address is served. */
    public boolean serves(InetAddress address) {
        byte[] bytes = address.getAddress();
        return (bytes.length == IPV4_BYTES ? ipv4 : ipv6).serves(high(bytes), low(bytes));
    }

    private static long high(byte[] bytes) {
        return bytes.length == IPV4_BYTES ? 0 : AddressKey.word(bytes, 0, Long.BYTES);
    }

    private static long low(byte[] bytes) {
        return bytes.length == IPV4_BYTES
                ? AddressKey.word(bytes, 0, IPV4_BYTES)
                : AddressKey.word(bytes, Long.BYTES, Long.BYTES);
    }
}
