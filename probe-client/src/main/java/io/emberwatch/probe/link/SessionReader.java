package io.emberwatch.probe.link;

import io.emberwatch.probe.link.connect.Connection;
import io.emberwatch.probe.link.connect.TlsProblem;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.conf.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Reads one connection until its end and then closes it. Runs in a thread of its own, {@code link-reader}. */
public final class SessionReader implements Runnable {
    private static final int BUFFER_BYTES = 4096;

    private final Connection connection;
    private final Inbox inbox;
    private final Duration deadAfter;
    private boolean hasHeard;
    private final FrameAssembler frames = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);

    SessionReader(Connection connection, Inbox inbox, Duration deadAfter) {
        this.connection = connection;
        this.inbox = inbox;
        this.deadAfter = deadAfter;
    }

    @Override
    public void run() {
        try (connection) {
            connection.socket().setSoTimeout(Math.toIntExact(deadAfter.toMillis()));
            readAll(connection.input());
            inbox.end(
                    connection.isPlain() && !hasHeard
                            ? "the collector closed the connection without a word: it may expect TLS, see collector.tls"
                            : "the collector closed the connection");
        } catch (SocketTimeoutException e) {
            inbox.end("nothing heard for " + Durations.print(deadAfter));
        } catch (ProtocolException e) {
            inbox.end("the collector does not speak our protocol: " + e.getMessage());
        } catch (IOException e) {
            inbox.end(TlsProblem.inSession(e));
        } catch (InterruptedException e) {
            inbox.end("interrupted");
        } catch (RuntimeException e) {
            inbox.end("cannot make sense of what the collector sent: " + e);
        }
    }

    private void readAll(InputStream in) throws IOException, ProtocolException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            hasHeard = true;
            inbox.heard(System.nanoTime());
            if (connection.isPlain() && TlsProblem.isTls(buffer, count)) {
                throw new IOException("it answers in TLS: set collector.tls to its fingerprint, or to system");
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            for (Optional<Message> message = frames.next(bytes); message.isPresent(); message = frames.next(bytes)) {
                inbox.put(message.get());
            }
        }
    }
}
