package io.emberwatch.probe.cli;

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
    private static final int MAX_PORT = 65535;

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
