package io.emberwatch.protocol.conf;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen, or to connect to. No name is looked up.
 *
 * @param host a name or an address, without the brackets of IPv6
 * @param port 0 to 65535; 0 lets the system choose, when listening
 */
public record HostPort(String host, int port) {
    /** What {@link #parse(String, int)} reads, for a person. */
    static final String FORM = "host or host:port, with an IPv6 address in brackets";

    private static final Pattern PATTERN = Pattern.compile(
            "(?:\\[(?<bracketed>[0-9a-fA-F:.%\\w]+)]|(?<plain>[^\\s:\\[\\]/]+))(?::(?<port>\\d{1,5}))?");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F]*:.*");
    private static final int MAX_PORT = 65535;

    /**
     * Reads {@code host:port} or {@code [IPv6 address]:port}, with a port from 0 on.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static HostPort parse(String text) {
        return parse(text, -1, 0);
    }

    /**
     * Reads an address to connect to, whose port may be left out and is at least 1.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    public static HostPort parse(String text, int defaultPort) {
        return parse(text, defaultPort, 1);
    }

    /** Whether this is the machine itself, whatever a name leads to today: it may lead elsewhere tomorrow. */
    public boolean isLoopback() {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return ADDRESS.matcher(host).matches()
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** As it is read. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static HostPort parse(String text, int defaultPort, int minPort) {
        Matcher form = PATTERN.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("must be " + FORM);
        }
        int port = form.group("port") == null ? defaultPort : Integer.parseInt(form.group("port"));
        if (port < minPort || port > MAX_PORT) {
            throw new IllegalArgumentException("the port must be " + minPort + " to " + MAX_PORT);
        }
        String bracketed = form.group("bracketed");
        return new HostPort(bracketed == null ? form.group("plain") : bracketed, port);
    }
}
