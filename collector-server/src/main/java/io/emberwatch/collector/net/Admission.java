package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.store.MachineCredentials;
import io.emberwatch.protocol.Hello;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Decides whether a probe may in, and begins its session in the database. Thread-safe; never blocks its caller.
 */
public interface Admission {
    /**
     * Decides about one HELLO.
     *
     * @param hello what the probe says
     * @param remoteAddress where it connects from, as text
     * @param feedback of the session-to-be
     * @param answer called once, by any thread
     */
    void admit(Hello hello, String remoteAddress, Session.Feedback feedback, Consumer<Verdict> answer);

    /** The answer to a HELLO. */
    sealed interface Verdict {
        /**
         * The session has begun.
         *
         * @param credentials what the probe was let in with
         * @param clockOffset the machine's clock minus the collector's
         * @param lastDurableSequence last reading stored
         */
        record Welcome(Session session, MachineCredentials credentials, Duration clockOffset, long lastDurableSequence)
                implements Verdict {}

        /** Machine unknown or key wrong. */
        record NotAuthenticated() implements Verdict {}

        /** Cannot be decided now: the database is away or the collector has too much to do. */
        record Busy(String why) implements Verdict {}
    }
}
