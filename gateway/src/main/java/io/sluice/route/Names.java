package io.sluice.route;

import io.sluice.http.Name;

/** Finds the {@link Name} of a field when a route is compiled. */
final class Names {
    private static final Name[] ALL = Name.values();

    private Names() {}

    /** @return {@link Name#OTHER} if the gateway does not know the name */
    static Name known(String lowerCase) {
        for (Name name : ALL) {
            if (name != Name.OTHER && name.text().equals(lowerCase)) {
                return name;
            }
        }
        return Name.OTHER;
    }
}
