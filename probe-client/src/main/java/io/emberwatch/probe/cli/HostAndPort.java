package io.emberwatch.probe.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to connect to.
 *
 * @param host a name or an address, without the brackets of IPv6
 */
record HostAndPort(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[(?<bracketed>[0-9a-fA-F:.%]+)]|(?<plain>[^\\s:\\[\\]/]+))(?::(?<port>\\d{1,5}))?");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F]*:.*");
    private static final int MAX_PORT = 65535;

    /**
     * Whether this is the machine itself. No name is looked up: one that leads to loopback today may lead elsewhere tomorrow.
     */
    boolean isLoopback() {
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

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** @throws IllegalArgumentException that says what was expected */
    static HostAndPort parse(String text, int defaultPort) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("must be host or host:port, with an IPv6 address in brackets");
        }
        int port = form.group("port") == null ? defaultPort : Integer.parseInt(form.group("port"));
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("the port must be 1 to " + MAX_PORT);
        }
        String bracketed = form.group("bracketed");
        return new HostAndPort(bracketed == null ? form.group("plain") : bracketed, port);
    }
}
