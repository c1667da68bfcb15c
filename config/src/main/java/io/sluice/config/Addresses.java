package io.sluice.config;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Addresses, networks and host names, as text. Nothing here asks DNS. */
final class Addresses {
    private static final String LISTEN_LOOKS = "host:port, or :port for all addresses";
    private static final String ENDPOINT_LOOKS = "host:port";
    private static final String UNIX = "unix:";
    private static final String UNIX_LOOKS = "unix: and an absolute path, such as unix:/run/app.sock";
    private static final String SRV_LOOKS = "the name of a service, such as _http._tcp.orders.internal";
    private static final String SERVER_LOOKS = "the IP address of a DNS server, with or without a port";
    private static final int DNS_PORT = 53;
    private static final String HOST_LOOKS = "a host name such as api.example.com or *.example.com";
    private static final String NETWORK_LOOKS = "a network such as 10.0.0.0/8 or an address";
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");
    private static final Pattern OCTET = Pattern.compile("0|[1-9][0-9]{0,2}");

    private Addresses() {}

    /** Where a listener is bound; port 0 is any free one. */
    static final Syntax<HostPort> LISTEN =
            new Syntax<>(LISTEN_LOOKS, text -> hostPort(text, true)).like(".*:[0-9]{1,9}");

    /** The same, or a Unix socket. */
    static final Syntax<BindAddress> BIND = new Syntax<BindAddress>(
                    LISTEN_LOOKS,
                    text -> isUnix(text)
                            ? unix(text).map(path -> path)
                            : hostPort(text, true).map(address -> address))
            .like(".*:[0-9]{1,9}|unix:.+");

    static final Syntax<HostPort> HOST_PORT = new Syntax<>(ENDPOINT_LOOKS, text -> hostPort(text, false));

    /** The same, or a Unix socket. */
    static final Syntax<EndpointAddress> ENDPOINT = new Syntax<EndpointAddress>(
                    ENDPOINT_LOOKS,
                    text -> isUnix(text)
                            ? unix(text).map(path -> path)
                            : hostPort(text, false).map(address -> address))
            .like(".+:[0-9]{1,9}|unix:.+");

    /** A host name, in lower case and without a dot at its end, or an IP address. */
    static final Syntax<String> NAME_OR_ADDRESS =
            new Syntax<>("a host name or an IP address", Addresses::nameOrAddress);

    static final Syntax<SrvName> SRV = new Syntax<>(SRV_LOOKS, Addresses::srv);

    static final Syntax<HostPort> DNS_SERVER = new Syntax<>(SERVER_LOOKS, Addresses::server);

    /** The word {@code unix} stands for the clients of Unix sockets. */
    static final Syntax<Network> NETWORK = new Syntax<>(
                    NETWORK_LOOKS, text -> text.equals("unix") ? Parsed.good(Network.UNIX) : network(text))
            .like("unix|[0-9A-Fa-f:.]+(/[0-9]+)?");

    static final Syntax<RouteConfig.HostPattern> HOST =
            new Syntax<>(HOST_LOOKS, Addresses::hostPattern).like("(\\*\\.)?[^*/ ]+");

    private static Parsed<HostPort> hostPort(String text, boolean listen) {
        String looks = listen ? LISTEN_LOOKS : ENDPOINT_LOOKS;
        if (text.contains("://")) {
            return Parsed.bad(looks, "did you mean " + Shown.value(withoutScheme(text)) + "?");
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            boolean port = DIGITS.matcher(text).matches();
            String whole = (listen ? ":" : "127.0.0.1:") + text;
            return Parsed.bad(looks, port ? "did you mean " + whole + "?" : "the port is missing");
        }
        String host = text.substring(0, colon);
        String port = text.substring(colon + 1);
        int least = listen ? 0 : 1;
        if (!DIGITS.matcher(port).matches()) {
            return Parsed.bad(looks);
        }
        int number = Integer.parseInt(port);
        if (number < least || number > 65535) {
            return Parsed.bad("a port, " + least + "..65535");
        }
        if (host.isEmpty()) {
            return listen ? Parsed.good(new HostPort("", number)) : Parsed.bad(looks);
        }
        if (host.equals("*")) {
            return Parsed.bad(looks, listen ? "did you mean :" + port + "?" : null);
        }
        return host(host, looks, number);
    }

    /** A host may be called so, too: then it has a port. */
    private static boolean isUnix(String text) {
        return text.startsWith(UNIX)
                && !DIGITS.matcher(text.substring(UNIX.length())).matches();
    }

    private static Parsed<UnixPath> unix(String text) {
        String path = text.substring(UNIX.length());
        if (path.startsWith("//")) {
            return Parsed.bad(UNIX_LOOKS, "did you mean " + UNIX + path.replaceFirst("/+", "/") + "?");
        }
        if (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0) {
            return Parsed.bad(UNIX_LOOKS);
        }
        return path.getBytes(StandardCharsets.UTF_8).length > UnixPath.LONGEST
                ? Parsed.bad("a path of at most " + UnixPath.LONGEST + " bytes")
                : Parsed.good(new UnixPath(path));
    }

    private static Parsed<SrvName> srv(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        if (text.indexOf(':') >= 0) {
            return Parsed.bad(SRV_LOOKS, "the records tell the port");
        }
        String wrong = wrongName(name);
        return wrong == null ? Parsed.good(new SrvName(text.toLowerCase(Locale.ROOT))) : Parsed.bad(wrong);
    }

    private static Parsed<String> nameOrAddress(String text) {
        if (v6(text) != null) {
            return Parsed.good(text.toLowerCase(Locale.ROOT));
        }
        if (text.indexOf(':') >= 0) {
            return Parsed.bad("a host name or an IP address", "without scheme and port");
        }
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String wrong = wrongName(name);
        return wrong == null ? Parsed.good(name.toLowerCase(Locale.ROOT)) : Parsed.bad(wrong);
    }

    private static Parsed<HostPort> server(String text) {
        if (v4(text).isPresent() || v6(text) != null) {
            return Parsed.good(new HostPort(text, DNS_PORT));
        }
        Parsed<HostPort> address = hostPort(text, false);
        return address instanceof Parsed.Good<HostPort>(HostPort server) && literal(server.host()) == null
                ? Parsed.bad(SERVER_LOOKS)
                : address;
    }

    private static @Nullable InetAddress literal(String host) {
        return v4(host).orElseGet(() -> v6(host));
    }

    private static String withoutScheme(String url) {
        int start = url.indexOf("://") + 3;
        int slash = url.indexOf('/', start);
        String authority = slash < 0 ? url.substring(start) : url.substring(start, slash);
        boolean port = authority.lastIndexOf(':') > authority.lastIndexOf(']');
        return port ? authority : authority + (url.startsWith("https:") ? ":443" : ":80");
    }

    private static Parsed<HostPort> host(String host, String looks, int port) {
        if (host.startsWith("[") && host.endsWith("]")) {
            String inner = host.substring(1, host.length() - 1);
            return v6(inner) == null
                    ? Parsed.bad("an IPv6 address in the brackets")
                    : Parsed.good(new HostPort(inner.toLowerCase(Locale.ROOT), port));
        }
        if (host.indexOf(':') >= 0) {
            return Parsed.bad(looks, "put an IPv6 address in brackets: [::1]:8080");
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String wrong = wrongName(name);
        return wrong == null ? Parsed.good(new HostPort(host.toLowerCase(Locale.ROOT), port)) : Parsed.bad(wrong);
    }

    /** What a name or IPv4 address should have been; null: it is good. */
    private static @Nullable String wrongName(String name) {
        String[] labels = name.split("\\.", -1);
        if (name.length() > 253) {
            return "a host name of at most 253 characters";
        }
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return "a host name: letters, digits, - and _, with dots between";
            }
        }
        boolean numeric = DIGITS.matcher(labels[labels.length - 1]).matches();
        return numeric && v4(name).isEmpty() ? "an IPv4 address: four numbers, 0..255" : null;
    }

    private static Optional<InetAddress> v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!OCTET.matcher(parts[i]).matches() || Integer.parseInt(parts[i]) > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return Optional.of(address(bytes));
    }

    /** An IPv6 literal without zone; null if it is none. One that maps an IPv4 address is given as that. */
    private static @Nullable InetAddress v6(String text) {
        if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            return null;
        }
        try {
            return Inet6Address.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Parsed<Network> network(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = v4(literal).orElse(null);
        if (address == null) {
            address = v6(literal);
        }
        if (address == null) {
            return Parsed.bad(NETWORK_LOOKS);
        }
        byte[] bytes = address.getAddress();
        if (bytes.length == 4 && literal.indexOf(':') >= 0) {
            return Parsed.bad("an IPv4 address in its own form", "did you mean " + address.getHostAddress() + "?");
        }
        int bits = bytes.length * 8;
        if (slash < 0) {
            return Parsed.good(new Network(address, bits));
        }
        String prefix = text.substring(slash + 1);
        if (!OCTET.matcher(prefix).matches() || Integer.parseInt(prefix) > bits) {
            return Parsed.bad("a prefix length, 0.." + bits);
        }
        return network(bytes, Integer.parseInt(prefix));
    }

    private static Parsed<Network> network(byte[] bytes, int prefix) {
        byte[] masked = bytes.clone();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        Network network = new Network(address(masked), prefix);
        return Arrays.equals(bytes, masked)
                ? Parsed.good(network)
                : Parsed.bad("no bits after the prefix", "did you mean " + network + "?");
    }

    private static Parsed<RouteConfig.HostPattern> hostPattern(String text) {
        if (text.equals("*")) {
            return Parsed.bad(HOST_LOOKS, "leave host out for any host");
        }
        if (text.contains("://") || text.indexOf('/') >= 0) {
            return Parsed.bad(HOST_LOOKS, "the host alone, without scheme and path");
        }
        String name = text.toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]") && v6(name.substring(1, name.length() - 1)) != null) {
            return Parsed.good(new RouteConfig.HostPattern(name, false));
        }
        if (name.indexOf(':') >= 0) {
            return Parsed.bad(HOST_LOOKS, "a host is matched without its port");
        }
        boolean wildcard = name.startsWith("*.");
        String rest = wildcard ? name.substring(2) : name;
        if (rest.indexOf('*') >= 0) {
            return Parsed.bad(HOST_LOOKS, "a * may only stand for whole labels at the start");
        }
        if (rest.endsWith(".")) {
            return Parsed.bad("a host name without a dot at its end");
        }
        String wrong = wrongName(rest);
        return wrong == null
                ? Parsed.good(new RouteConfig.HostPattern(rest, wildcard))
                : Parsed.bad(wrong, asciiForm(wildcard ? "*." : "", rest));
    }

    private static @Nullable String asciiForm(String before, String name) {
        try {
            String ascii = IDN.toASCII(name);
            return ascii.equals(name) ? null : "did you mean " + before + ascii + "?";
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether the two can't be bound at once: same port, and same or all addresses. */
    static boolean collide(BindAddress one, BindAddress other) {
        if (one instanceof HostPort first && other instanceof HostPort second) {
            return collide(first, second);
        }
        return one.equals(other);
    }

    private static boolean collide(HostPort one, HostPort other) {
        if (one.port() != other.port() || one.port() == 0) {
            return false;
        }
        return all(one) || all(other) || same(one.host(), other.host());
    }

    private static boolean all(HostPort address) {
        return address.host().isEmpty() || address.host().equals("0.0.0.0") || isAny(v6(address.host()));
    }

    private static boolean isAny(@Nullable InetAddress address) {
        return address != null && address.isAnyLocalAddress();
    }

    private static boolean same(String one, String other) {
        InetAddress first = v6(one);
        return first == null ? one.equals(other) : first.equals(v6(other));
    }

    /** Whether only this machine can reach it. */
    static boolean loopback(HostPort address) {
        InetAddress literal = literal(address.host());
        return literal == null ? address.host().equals("localhost") : literal.isLoopbackAddress();
    }
}
