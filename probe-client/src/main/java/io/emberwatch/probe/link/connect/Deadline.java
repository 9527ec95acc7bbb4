package io.emberwatch.probe.link.connect;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection unless it learns in time that what was waited for is there. A read timeout would not do: who
 * sends a byte now and then could keep us for hours. Thread-safe.
 */
public final class Deadline {
    private final CompletableFuture<Void> met = new CompletableFuture<>();

    public Deadline(Closeable connection, Duration time) {
        met.whenComplete((done, late) -> {
            if (late != null) {
                TlsProblem.closeQuietly(connection);
            }
        });
        met.orTimeout(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends the watch; false if the time was over before, and the connection is closed. */
    public boolean end() {
        return met.complete(null);
    }
}
