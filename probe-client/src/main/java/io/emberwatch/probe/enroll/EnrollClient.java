package io.emberwatch.probe.enroll;

import io.emberwatch.probe.link.connect.Advice;
import io.emberwatch.probe.link.connect.Connection;
import io.emberwatch.probe.link.connect.Connector;
import io.emberwatch.probe.link.connect.Deadline;
import io.emberwatch.probe.link.connect.TlsProblem;
import io.emberwatch.protocol.Enroll;
import io.emberwatch.protocol.FrameAssembler;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Enrolled;
import io.emberwatch.protocol.Message.Refused;
import io.emberwatch.protocol.ProtocolException;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.conf.Durations;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Asks a collector to take this host as a machine. What was sent and not answered is asked again: the collector answers
 * the same token with the same key as before.
 */
public final class EnrollClient {
    private static final int BUFFER_BYTES = 1024;

    private final Connector connector;
    private final Timing timing;
    private final Consumer<String> progress;

    /**
     * The timeout of an attempt and the waits between attempts.
     *
     * @param answer longest wait for an answer to ENROLL
     * @param waits before each further attempt
     */
    public record Timing(Duration answer, List<Duration> waits) {
        public static final Timing USUAL = new Timing(
                Duration.ofSeconds(10),
                List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10)));

        public Timing {
            waits = List.copyOf(waits);
        }
    }

    /** @param progress receives one line that says why it takes longer */
    public EnrollClient(Connector connector, Timing timing, Consumer<String> progress) {
        this.connector = connector;
        this.timing = timing;
        this.progress = progress;
    }

    /** Asks until there is an answer, or it has been tried often enough. Nothing is asked twice that was never sent. */
    public Result enroll(Enroll enroll) throws InterruptedException {
        boolean sent = false;
        for (Duration wait : timing.waits()) {
            Result result = ask(enroll);
            sent |= result instanceof Result.Unanswered unanswered && unanswered.sent();
            if (!(result instanceof Result.Unanswered unanswered) || !sent) {
                return result;
            }
            progress.accept(unanswered.reason() + "; trying again in " + Durations.print(wait));
            TimeUnit.MILLISECONDS.sleep(wait.toMillis());
        }
        Result last = ask(enroll);
        return last instanceof Result.Unanswered unanswered
                ? new Result.Unanswered(unanswered.reason(), sent || unanswered.sent())
                : last;
    }

    private Result ask(Enroll enroll) {
        try (Connection connection = connector.connect()) {
            return ask(enroll, connection);
        } catch (Connector.UntrustedException e) {
            return new Result.Refused(connector + " is not trusted: " + e.getMessage()
                    + ". The token was not sent to it; a token made now carries what the collector has now");
        } catch (IOException e) {
            return new Result.Unanswered("cannot connect to " + connector + ": " + e.getMessage(), false);
        }
    }

    private Result ask(Enroll enroll, Connection connection) {
        Deadline deadline = new Deadline(connection, timing.answer());
        try {
            connection.send(enroll);
            return understand(receive(connection.input()));
        } catch (EOFException e) {
            return unanswered("it closed the connection without an answer");
        } catch (IOException e) {
            return unanswered(
                    deadline.end() ? TlsProblem.inSession(e) : "no answer within " + Durations.print(timing.answer()));
        } catch (ProtocolException e) {
            return unanswered("it does not speak our protocol: " + e.getMessage());
        } finally {
            deadline.end();
        }
    }

    private Result understand(Message answer) {
        if (answer instanceof Enrolled enrolled && enrolled.version() == Message.VERSION) {
            return new Result.Accepted(enrolled.machineName());
        }
        if (answer instanceof Refused refused) {
            String reason = refused.code() + ", " + Texts.printable(refused.text());
            return refused.code() == RefusalCode.BUSY || refused.code() == RefusalCode.TIMEOUT
                    ? unanswered(reason)
                    : new Result.Refused(connector + " refused: " + reason + ": " + Advice.onEnroll(refused.code()));
        }
        return new Result.Refused(connector + " answered with what this probe does not understand ("
                + answer.getClass().getSimpleName() + "): upgrade the older of the two");
    }

    private Result unanswered(String reason) {
        return new Result.Unanswered(connector + ": " + reason, true);
    }

    private static Message receive(InputStream in) throws IOException, ProtocolException {
        FrameAssembler frames = new FrameAssembler(WireLimits.MAX_FRAME_BYTES_BEFORE_WELCOME);
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            Optional<Message> message = frames.next(ByteBuffer.wrap(buffer, 0, count));
            if (message.isPresent()) {
                return message.get();
            }
        }
        throw new EOFException("closed");
    }

    /** What came of an attempt to enroll this host. */
    public sealed interface Result {
        /** It is a machine now. */
        record Accepted(String machineName) implements Result {}

        /** The collector said no, or the peer is not the collector; the reason says what to do. */
        record Refused(String reason) implements Result {}

        /**
         * No answer, or none yet.
         *
         * @param sent whether the token may have been taken
         */
        record Unanswered(String reason, boolean sent) implements Result {}
    }
}
