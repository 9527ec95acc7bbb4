package io.emberwatch.collector.hostile;

import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An admin who changes a machine's row, leaves the transaction open for a quarter of the run, rolls it back, and begins
 * again after half as long.
 */
final class AdminTransaction implements AutoCloseable {
    private final TestDatabase database;
    private final TestFleet.Member machine;
    private final long heldMillis;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private final AtomicInteger held = new AtomicInteger();
    private volatile String failure = "";

    AdminTransaction(TestDatabase database, TestFleet.Member machine, HostileSettings settings) {
        this.database = database;
        this.machine = machine;
        heldMillis = settings.length().toMillis() / 4;
        thread = new Thread(this::run, "admin");
        if (settings.withAdmin()) {
            thread.start();
        }
    }

    private void run() {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!ended.await(heldMillis / 4, TimeUnit.MILLISECONDS)) {
                statement.executeUpdate("UPDATE machine SET notes = 'moved to rack 7' WHERE id = " + machine.id());
                held.incrementAndGet();
                ended.await(heldMillis, TimeUnit.MILLISECONDS);
                connection.rollback();
            }
        } catch (SQLException e) {
            failure = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "held " + held.get() + " times for " + heldMillis + " ms" + (failure.isEmpty() ? "" : ", " + failure);
    }
}
