package io.emberwatch.collector.mail.outbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** By which name this host greets a mail server if none is configured (RFC 5321, 4.1.1.1 and 4.1.4). */
public final class EhloName {
    private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private static final Pattern FULL_NAME = Pattern.compile("(" + LABEL + "\\.)+(?!\\d+$)" + LABEL);
    private static final Pattern ADDRESS =
            Pattern.compile("\\[((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!])|(?=]))){4}]|\\[IPv6:[0-9A-Fa-f:.]{2,45}]");
    /** What hosts call themselves that have no name, and what mail servers therefore refuse. */
    private static final Pattern NO_NAME = Pattern.compile("(.*\\.)?localhost(\\..*)?|.*\\.localdomain\\d?");

    private EhloName() {}

    /** Whether this may stand behind EHLO: a host's full name, or an address as {@code [192.0.2.1]}. */
    public static boolean isOne(String text) {
        return text.length() <= 255
                && (FULL_NAME.matcher(text).matches() || ADDRESS.matcher(text).matches());
    }

    /** The host's full name, as its resolver has it; else the address from which it talks to this server. */
    static String towards(String server, int port) {
        try {
            String name = InetAddress.getLocalHost().getCanonicalHostName();
            if (isFullName(name)) {
                return name;
            }
        } catch (UnknownHostException e) {
            // It has no name.
        }
        return literal(localAddress(server, port));
    }

    static boolean isFullName(String name) {
        return FULL_NAME.matcher(name).matches()
                && !NO_NAME.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    static String literal(InetAddress address) {
        String text = address.getHostAddress().replaceFirst("%.*", "");
        return "[" + (address instanceof Inet6Address ? "IPv6:" : "") + text + "]";
    }

    /** Asks the routing table; nothing is sent. */
    private static InetAddress localAddress(String server, int port) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.getByName(server), port));
            return socket.getLocalAddress();
        } catch (IOException | UncheckedIOException e) {
            // The server cannot be reached, as connecting will say.
            return InetAddress.getLoopbackAddress();
        }
    }
}
