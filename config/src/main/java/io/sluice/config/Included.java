package io.sluice.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Where included files come from.
 *
 * @param files in the order in which they are read
 * @param folders by their path, the names of those files in them; none if the folder is not there
 */
public record Included(Set<Path> files, Map<Path, Set<String>> folders) {
    static final Included NOTHING = new Included(Set.of(), Map.of());
}
