package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.store.EnrolmentStore;
import java.util.Optional;
import java.util.function.Consumer;

/** Decides whether a box becomes a machine. Thread-safe; never blocks its caller. */
public interface Enrolment {
    /**
     * Decides about one box.
     *
     * @param answer called once, by any thread; empty if it cannot be decided now, because the database is away or the
     *     collector has too much to do
     */
    void enrol(EnrolmentStore.Request request, Consumer<Optional<EnrolmentStore.Outcome>> answer);
}
