package io.sluice.bench;

/** How the other proxies are set up, beside room for the connections. */
enum Manner {
    /** For measurements of cost: nothing on disk, and no time runs out. */
    LEAN(""),
    /** As they come, with the timeouts that they or Debian's packages have: for attacks. */
    USUAL("-usual");

    private final String suffix;

    Manner(String suffix) {
        this.suffix = suffix;
    }

    /** The config of that name. */
    Template template(String name, String extension) {
        return Template.of(name + suffix + "." + extension);
    }
}
