package io.sluice.admin;

import java.util.Locale;

/** Names of constants as JSON and parameters have them. */
final class Words {
    private Words() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
