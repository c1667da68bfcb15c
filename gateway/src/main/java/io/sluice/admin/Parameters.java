package io.sluice.admin;

import io.sluice.config.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The query of a request, read one parameter after the other; remembers the first thing that is wrong. For one request. */
final class Parameters {
    private final Map<String, List<String>> query;
    private @Nullable AdminResponse problem;

    /** @param names of all that there may be */
    Parameters(AdminRequest request, String... names) {
        this.query = request.query();
        List<String> known = List.of(names);
        query.forEach((name, values) -> {
            if (!known.contains(name)) {
                wrong("parameter " + name + ": unknown", known.isEmpty() ? "none" : String.join(", ", known));
            } else if (values.size() > 1) {
                wrong("parameter " + name + ": given " + values.size() + " times", "once");
            }
        });
    }

    /** What to answer if something was wrong; else null. */
    @Nullable
    AdminResponse problem() {
        return problem;
    }

    private void wrong(String error, String expected) {
        if (problem == null) {
            problem = AdminResponse.error(400, error, expected);
        }
    }

    @Nullable
    String text(String name) {
        List<String> values = query.get(name);
        return values == null ? null : values.getFirst();
    }

    /** Null if it is not there, or not what is expected: what {@code reading} throws on, or gives null for. */
    <T> @Nullable T read(String name, String expected, Function<String, @Nullable T> reading) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        T value;
        try {
            value = reading.apply(text);
        } catch (IllegalArgumentException e) {
            value = null;
        }
        if (value == null) {
            wrong(name + ": " + text, expected);
        }
        return value;
    }

    int whole(String name, int otherwise, int least, int most) {
        Integer value = read(name, least + ".." + most, text -> {
            int number = Integer.parseInt(text);
            return number < least || number > most ? null : Integer.valueOf(number);
        });
        return value == null ? otherwise : value;
    }

    /** One of the constants of an enum, in lower case. */
    <E extends Enum<E>> @Nullable E word(String name, Class<E> words) {
        List<String> known =
                List.of(words.getEnumConstants()).stream().map(Words::of).toList();
        return read(name, String.join(", ", known), text -> {
            int place = known.indexOf(text);
            return place < 0 ? null : words.getEnumConstants()[place];
        });
    }

    /** An address, or a block of them. */
    @Nullable
    Network network(String name) {
        return read(name, "an IP address, or a network such as 10.0.0.0/8", text -> {
            if (text.equals(Network.UNIX.toString())) {
                return Network.UNIX;
            }
            int slash = text.indexOf('/');
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int bits = address.getAddress().length * Byte.SIZE;
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            return prefix < 0 || prefix > bits ? null : new Network(address, prefix);
        });
    }
}
