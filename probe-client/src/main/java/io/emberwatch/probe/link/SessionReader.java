package io.emberwatch.probe.link;

import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.WireLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Reads one connection until its end and then closes it. Runs in a thread of its own, {@code link-reader}. */
final class SessionReader implements Runnable {
    private static final int BUFFER_BYTES = 4096;

    private final Socket socket;
    private final Inbox inbox;
    private final Duration deadAfter;
    private final FrameAssembler frames = new FrameAssembler(WireLimits.MAX_FRAME_BYTES);

    SessionReader(Socket socket, Inbox inbox, Duration deadAfter) {
        this.socket = socket;
        this.inbox = inbox;
        this.deadAfter = deadAfter;
    }

    @Override
    public void run() {
        try (socket) {
            socket.setSoTimeout(Math.toIntExact(deadAfter.toMillis()));
            readAll(socket.getInputStream());
            inbox.end("the collector closed the connection");
        } catch (SocketTimeoutException e) {
            inbox.end("nothing heard for " + deadAfter.toSeconds() + " s");
        } catch (ProtocolException e) {
            inbox.end("the collector does not speak our protocol: " + e.getMessage());
        } catch (IOException e) {
            inbox.end("connection lost: " + e.getMessage());
        } catch (InterruptedException e) {
            inbox.end("interrupted");
        } catch (RuntimeException e) {
            inbox.end("cannot make sense of what the collector sent: " + e);
        }
    }

    private void readAll(InputStream in) throws IOException, ProtocolException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            inbox.heard(System.nanoTime());
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
            for (Optional<Message> message = frames.next(bytes); message.isPresent(); message = frames.next(bytes)) {
                inbox.put(message.get());
            }
        }
    }
}
