package io.sluice.config;

import java.util.List;

/**
 * Which client addresses are served. Of all networks that hold an address the one with the longest prefix decides; an address
 * in none of them is served if nothing is named in {@code allow}.
 *
 * @param allow networks that are served
 * @param deny networks that are not; none is in both lists
 */
public record ClientRules(List<Network> allow, List<Network> deny) {
    /** Everybody is served. */
    public static final ClientRules NONE = new ClientRules(List.of(), List.of());
}
