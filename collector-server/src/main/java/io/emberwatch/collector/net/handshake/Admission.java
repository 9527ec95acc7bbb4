package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.model.MachineCredentials;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.Transcript;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Decides whether a probe may in, and begins its session in the database. Thread-safe; never blocks its caller.
 */
public interface Admission {
    /**
     * A probe that has answered its challenge.
     *
     * @param hello what the probe says; none of it is believed yet
     * @param transcript what its proof must be bound to
     * @param proof that it holds the machine's key, perhaps
     * @param newcomer its connection
     * @param remoteAddress where it connects from, as text
     * @param feedback of the session-to-be
     */
    record Request(
            Hello hello,
            Transcript transcript,
            Bytes32 proof,
            ActiveConnection newcomer,
            String remoteAddress,
            Session.Feedback feedback) {}

    /**
     * Decides about one probe.
     *
     * @param answer called once, by any thread
     */
    void admit(Request request, Consumer<Verdict> answer);

    /** The answer to a PROOF. */
    sealed interface Verdict {
        /**
         * The session has begun.
         *
         * @param credentials what the probe was let in with
         * @param clockOffset the machine's clock minus the collector's
         * @param acknowledged what of the numbering is stored
         * @param collectorProof shows the probe that this collector knows the machine
         */
        record Welcome(
                Session session,
                MachineCredentials credentials,
                Duration clockOffset,
                AcknowledgedRange acknowledged,
                Bytes32 collectorProof)
                implements Verdict {}

        /** Machine unknown or proof wrong. */
        record NotAuthenticated() implements Verdict {}

        /** Another process with the machine's key is connected and alive. */
        record Duplicate() implements Verdict {}

        /** Cannot be decided now: the database is away or the collector has too much to do. */
        record Busy(String why) implements Verdict {}
    }
}
