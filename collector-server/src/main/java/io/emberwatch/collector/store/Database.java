package io.emberwatch.collector.store;

import com.mysql.cj.conf.ConnectionUrl;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The connection pool, and transactions on it. Thread-safe. */
public final class Database implements AutoCloseable {
    /** What the statements are written for, whatever the server's default is. */
    private static final String SQL_MODE = "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION";

    private static final String SESSION_VARIABLES = "sessionVariables";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Longer than any statement should take; a database that hangs must not hang the collector. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

    private final HikariDataSource pool;

    private Database(HikariDataSource pool) {
        this.pool = pool;
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
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT.toMillis());
        config.addDataSourceProperty("socketTimeout", STATEMENT_TIMEOUT.toMillis());
        config.addDataSourceProperty("tcpKeepAlive", true);
        config.addDataSourceProperty("connectionTimeZone", "UTC");
        config.addDataSourceProperty("forceConnectionTimeZoneToSession", true);
        config.addDataSourceProperty("rewriteBatchedStatements", true);
        config.addDataSourceProperty("characterEncoding", "UTF-8");
        config.addDataSourceProperty(SESSION_VARIABLES, sessionVariables(settings.jdbcUrl(), timeouts));
        return new Database(new HikariDataSource(config));
    }

    /** Those that the URL sets, then ours. The driver sets them before it learns how to escape text. */
    private static String sessionVariables(String jdbcUrl, Timeouts timeouts) {
        String ours = "sql_mode='" + SQL_MODE + "',innodb_lock_wait_timeout="
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

    /**
     * Runs {@code work} in one transaction and commits it; rolls back if it throws.
     *
     * @throws SQLException if the work or the commit failed; if the connection broke in the commit, it is not known
     *     whether it took effect
     */
    public <T> T transact(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
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
     * How long to wait for what others hold.
     *
     * @param connection for a connection from the pool; 250 ms or more
     * @param rowLock for a row that another transaction has locked; whole seconds, 1 or more
     * @param tableLock for a table whose structure is being changed, or to change it; whole seconds, 1 or more
     */
    public record Timeouts(Duration connection, Duration rowLock, Duration tableLock) {
        /** The service tries again by itself, and has others to serve meanwhile. */
        public static final Timeouts SERVICE =
                new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(5));
        /** A person would have to repeat the command. */
        public static final Timeouts COMMAND =
                new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(50), Duration.ofSeconds(50));
    }
}
