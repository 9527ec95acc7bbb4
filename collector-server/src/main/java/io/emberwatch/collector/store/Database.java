package io.emberwatch.collector.store;

import com.mysql.cj.conf.ConnectionUrl;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The connection pool, and transactions on it. Thread-safe. */
public final class Database implements AutoCloseable {
    /** What the statements are written for, whatever the server's default is. */
    public static final String SQL_MODE = "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION";

    private static final String SESSION_VARIABLES = "sessionVariables";
    /** Longer than the pool keeps a connection: it is to end it, not the server. */
    private static final Duration IDLE_TIMEOUT = Duration.ofHours(1);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** How long a connection that was idle may take to show that it is alive. */
    private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(2);
    /** For statements that are known to take long. */
    private static final Duration LONG_STATEMENT_TIMEOUT = Duration.ofMinutes(30);

    private final HikariDataSource pool;
    private final DatabaseSettings settings;
    private final StatementTimeout statementTimeout;
    private volatile Consumer<SQLException> onReadOnly = e -> {};

    private Database(HikariDataSource pool, DatabaseSettings settings, Duration statementTimeout) {
        this.pool = pool;
        this.settings = settings;
        this.statementTimeout = new StatementTimeout(statementTimeout);
    }

    /** A pool for the database; connects when first used. */
    public static Database at(DatabaseSettings settings, Timeouts timeouts) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("database");
        config.setJdbcUrl(settings.jdbcUrl());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.maxConnections());
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(timeouts.connection().toMillis());
        config.setValidationTimeout(
                Math.min(VALIDATION_TIMEOUT.toMillis(), timeouts.connection().toMillis()));
        config.setInitializationFailTimeout(-1);
        driverProperties(settings.jdbcUrl(), timeouts).forEach(config::addDataSourceProperty);
        return new Database(new HikariDataSource(config), settings, timeouts.statement());
    }

    /** As text: the driver passes over numbers and truth values without a word. */
    private static Map<String, String> driverProperties(String jdbcUrl, Timeouts timeouts) {
        return Map.of(
                "connectTimeout",
                Long.toString(CONNECT_TIMEOUT.toMillis()),
                "socketTimeout",
                Long.toString(timeouts.statement().toMillis()),
                "tcpKeepAlive",
                "true",
                "connectionTimeZone",
                "UTC",
                "forceConnectionTimeZoneToSession",
                "true",
                "rewriteBatchedStatements",
                "true",
                // What fails is rolled back: the rest of a batch would only wait for the same locks, one after another.
                "continueBatchOnError",
                "false",
                // Else the driver asks the server before each update whether the session is read-only.
                "readOnlyPropagatesToServer",
                "false",
                "characterEncoding",
                "UTF-8",
                SESSION_VARIABLES,
                sessionVariables(jdbcUrl, timeouts));
    }

    /** Those that the URL sets, then ours. The driver sets them before it learns how to escape text. */
    private static String sessionVariables(String jdbcUrl, Timeouts timeouts) {
        String ours = "sql_mode='" + SQL_MODE + "',sql_safe_updates=0,wait_timeout="
                + IDLE_TIMEOUT.toSeconds() + ",innodb_lock_wait_timeout="
                + timeouts.rowLock().toSeconds() + ",lock_wait_timeout="
                + timeouts.tableLock().toSeconds();
        String theirs = ConnectionUrl.getConnectionUrlInstance(jdbcUrl, null)
                .getMainHost()
                .getHostProperties()
                .getOrDefault(SESSION_VARIABLES, "");
        return theirs.isBlank() ? ours : theirs + "," + ours;
    }

    /** What runs in a transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** Where it is, for messages. */
    public String place() {
        return settings.place();
    }

    /** Calls {@code listener} each time that the server refuses a write because it takes none. It must not block. */
    public void onReadOnly(Consumer<SQLException> listener) {
        onReadOnly = listener;
    }

    /**
     * Runs {@code work} in one transaction and commits it; rolls back if it throws. If it fails because of the server
     * that its connection leads to, which may have been replaced, the pool's connections are all made anew.
     *
     * @throws SQLException if the work or the commit failed; if the connection broke in the commit, it is not known
     *     whether it took effect
     */
    public <T> T transact(Work<T> work) throws SQLException {
        return transact(work, statementTimeout.current());
    }

    /** Like {@link #transact}, for statements that are known to take long: each may take half an hour. */
    public <T> T transactAtLength(Work<T> work) throws SQLException {
        return transact(work, LONG_STATEMENT_TIMEOUT);
    }

    private <T> T transact(Work<T> work, Duration eachStatement) throws SQLException {
        long beganAt = System.nanoTime();
        try (Connection connection = pool.getConnection()) {
            try {
                // Each time: of its property socketTimeout the driver keeps nothing once the pool has limited the
                // login.
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(eachStatement.toMillis()));
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            lookAt(e, beganAt);
            throw e;
        }
    }

    private void lookAt(SQLException failure, long beganAt) {
        if (SqlFailure.isOfServer(failure)) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
        if (SqlFailure.isTimeout(failure)) {
            statementTimeout.exceeded(beganAt);
        }
        if (SqlFailure.isReadOnly(failure)) {
            onReadOnly.accept(failure);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * How to reach the database. Prints without the password.
     *
     * @param jdbcUrl {@code jdbc:mysql://host:port/schema}, with neither user nor password in it
     * @param maxConnections size of the pool, 1 or more
     */
    public record DatabaseSettings(String jdbcUrl, String user, String password, int maxConnections) {
        /**
         * Where it is, for messages: the URL without its parameters, of which one may be the password of a key store.
         */
        public String place() {
            return jdbcUrl.replaceFirst("(?s)\\?.*", "");
        }

        @Override
        public String toString() {
            return "DatabaseSettings[" + place() + ", user=" + user + ", maxConnections=" + maxConnections + "]";
        }
    }

    /**
     * How long to wait for the database.
     *
     * @param connection for a connection from the pool; 250 ms or more
     * @param statement for the answer to a statement, before its connection is given up: a server that is gone without
     *     a word is not told from a slow one
     * @param rowLock for a row that another transaction has locked; whole seconds, 1 or more
     * @param tableLock for a table whose structure is being changed, or to change it; whole seconds, 1 or more
     */
    public record Timeouts(Duration connection, Duration statement, Duration rowLock, Duration tableLock) {
        /** The service tries again by itself, and has others to serve meanwhile. */
        public static final Timeouts SERVICE = new Timeouts(
                Duration.ofSeconds(5), Duration.ofSeconds(6), Duration.ofSeconds(1), Duration.ofSeconds(5));
        /** A person would have to repeat the command. */
        public static final Timeouts COMMAND = new Timeouts(
                Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(50), Duration.ofSeconds(50));
    }

    /**
     * How long a statement may take at present. A server that is gone is given up soon, so that the one in its place is
     * found; but where even a new connection brings no answer in time, the database is slow, and cutting it off again
     * and again would let nothing pass: then statements get more time, for a while. Thread-safe.
     */
    private static final class StatementTimeout {
        private static final Duration OF_SLOW_DATABASE = Duration.ofSeconds(60);
        private static final Duration SLOW_FOR = Duration.ofMinutes(10);

        private final Duration usual;
        private Optional<Long> exceededAt = Optional.empty();
        private Optional<Long> slowSince = Optional.empty();

        private StatementTimeout(Duration usual) {
            this.usual = usual;
        }

        synchronized Duration current() {
            boolean isSlow = slowSince.isPresent() && System.nanoTime() - slowSince.get() < SLOW_FOR.toNanos();
            return isSlow && usual.compareTo(OF_SLOW_DATABASE) < 0 ? OF_SLOW_DATABASE : usual;
        }

        /** In a transaction that began at {@code beganAt}; those that were under way together count once. */
        synchronized void exceeded(long beganAt) {
            long now = System.nanoTime();
            boolean isAgain = exceededAt
                    .filter(before -> beganAt - before > 0 && now - before < OF_SLOW_DATABASE.toNanos() * 2)
                    .isPresent();
            if (isAgain) {
                slowSince = Optional.of(now);
            }
            exceededAt = Optional.of(now);
        }
    }
}
