package io.emberwatch.collector.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on or to connect to: {@code host:port} or {@code [v6]:port}.
 *
 * @param host name or literal address, without brackets
 * @param port 0 to 65535; 0 lets the system choose, when listening
 */
public record HostPort(String host, int port) {
    /** A literal: a name may begin with 127 as well. */
    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.%\\w]+)]|([^\\s:\\[\\]]+)):(\\d{1,5})");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException if {@code text} is not one
     */
    public static HostPort parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(3)) > 65535) {
            throw new IllegalArgumentException("must be host:port or [IPv6 address]:port, but is " + text);
        }
        String host = form.group(1) != null ? form.group(1) : form.group(2);
        return new HostPort(host, Integer.parseInt(form.group(3)));
    }

    /** Whether only this machine itself can reach this address. */
    public boolean isLoopback() {
        return host.equals("localhost") || LOOPBACK_V4.matcher(host).matches() || host.equals("::1");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
