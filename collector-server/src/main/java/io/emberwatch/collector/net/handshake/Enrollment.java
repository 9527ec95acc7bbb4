package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.EnrollmentStore;
import io.emberwatch.collector.store.EnrollmentStore.Outcome;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enrolls the hosts that hold a token. On a thread of its own: however many tokens somebody tries, machines that are
 * enrolled do not wait behind them.
 */
public final class Enrollment implements EnrollHandler.Decision, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Enrollment.class);
    private static final int MAX_WAITING = 1_000;

    private final Database database;
    private final EnrollmentStore store = new EnrollmentStore();
    private final BoundedExecutors executor = new BoundedExecutors("enrollment", 1, MAX_WAITING);

    public Enrollment(Database database) {
        this.database = database;
    }

    @Override
    public void enroll(EnrollmentStore.Request request, Consumer<Optional<Outcome>> answer) {
        if (!executor.offer("", () -> answer.accept(decide(request)))) {
            answer.accept(Optional.empty());
        }
    }

    @Override
    public void close() {
        executor.close();
    }

    private Optional<Outcome> decide(EnrollmentStore.Request request) {
        try {
            return Optional.of(database.transact(connection -> store.enroll(connection, request)));
        } catch (SQLException e) {
            LOG.warn("cannot enroll {} now: {}", request.from(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("cannot enroll {}", request.from(), e);
        }
        return Optional.empty();
    }
}
