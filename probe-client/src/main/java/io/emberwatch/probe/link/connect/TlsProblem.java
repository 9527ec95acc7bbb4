package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.conf.Durations;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says what went wrong with TLS so that a person knows what to do. The JDK's errors differ by their messages alone. */
public final class TlsProblem {
    private static final String ALERT = "Received fatal alert: ";

    private static final byte RECORD_ALERT = 0x15;
    private static final byte RECORD_HANDSHAKE = 0x16;

    private TlsProblem() {}

    static IOException late(Duration timeout) {
        return new IOException(
                "no TLS handshake within " + Durations.print(timeout) + ": something else may be listening there");
    }

    static IOException inHandshake(IOException e) {
        Optional<CollectorCheck.Rejected> rejected = find(CollectorCheck.Rejected.class, e);
        if (rejected.isPresent()) {
            return new Connector.UntrustedException(rejected.get().getMessage(), e);
        }
        String text = String.valueOf(e.getMessage());
        if (text.contains("unrecognized SSL message")) {
            return new IOException(
                    "it does not answer in TLS: turn TLS on at the collector; or, if the way to it is protected by other"
                            + " means, set collector.tls = off",
                    e);
        }
        if (text.contains("protocol_version") || text.contains("protocol version")) {
            return new IOException("it does not speak TLS 1.3: upgrade it, or what stands before it", e);
        }
        if (find(EOFException.class, e).isPresent()) {
            return new IOException(
                    "it closed the connection during the TLS handshake: it may not speak TLS, or has no room", e);
        }
        return e instanceof SSLException ? new IOException("no TLS: " + text, e) : e;
    }

    /** TLS 1.3 lets a collector look at our certificate after the handshake is over for us. */
    public static String inSession(IOException e) {
        String text = String.valueOf(e.getMessage());
        if (e instanceof SSLException && text.startsWith(ALERT) && text.contains("certificate")) {
            return "the collector did not accept this machine's certificate (" + text.substring(ALERT.length())
                    + "): see collector.client-certificate-file";
        }
        return "connection lost: " + text;
    }

    /** Whether an answer begins like a record of TLS (RFC 8446, section 5.1): an alert or a handshake, version 3. */
    public static boolean isTls(byte[] answer, int length) {
        return length >= 2 && (answer[0] == RECORD_ALERT || answer[0] == RECORD_HANDSHAKE) && answer[1] == 3;
    }

    static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            // It is of no use any more, however it closes.
            return;
        }
    }

    private static <T extends Throwable> Optional<T> find(Class<T> type, Throwable e) {
        Throwable cause = e;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return Optional.ofNullable(type.cast(cause));
    }
}
