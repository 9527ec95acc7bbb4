package io.emberwatch.collector.store.schema;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema to what this build needs, and says whether it is there. Uses short-lived connections of its own.
 * Thread-safe; two collectors that migrate at once wait for each other.
 */
public final class SchemaMigrator {
    private static final String HISTORY = "schema_history";

    private final DatabaseSettings settings;

    public SchemaMigrator(DatabaseSettings settings) {
        this.settings = settings;
    }

    /**
     * Applies what is missing.
     *
     * @return file names of the migrations applied, in order; empty if the schema was current
     * @throws SchemaVersionException if the schema is newer than this build, or a migration failed half-way
     * @throws SQLException if the database cannot be reached or refuses a migration
     */
    public List<String> migrate() throws SQLException {
        try {
            Flyway flyway = flyway();
            MigrationInfo[] all = flyway.info().all();
            refuseNewer(all);
            if (Stream.of(all).anyMatch(migration -> migration.getState() == MigrationState.PENDING)) {
                requireOwnTablespaces();
            }
            List<String> applied = flyway.migrate().migrations.stream()
                    .map(migration -> migration.filepath)
                    .map(path -> path.substring(path.lastIndexOf('/') + 1))
                    .toList();
            if (!applied.isEmpty()) {
                describeHistory();
            }
            return applied;
        } catch (FlywayException e) {
            throw asSqlException(e);
        }
    }

    /**
     * Does nothing if the schema is exactly what this build needs.
     *
     * @throws SchemaVersionException if it is older, newer, or a migration failed half-way; the message says what to do
     * @throws SQLException if the database cannot be reached
     */
    public void requireCurrent() throws SQLException {
        try {
            MigrationInfo[] all = flyway().info().all();
            refuseNewer(all);
            List<String> missing = Stream.of(all)
                    .filter(migration -> migration.getState() == MigrationState.PENDING)
                    .map(MigrationInfo::getScript)
                    .toList();
            if (!missing.isEmpty()) {
                throw new SchemaVersionException(
                        "the schema of " + settings.place() + " lacks " + String.join(", ", missing)
                                + ": run emberwatch-collector migrate",
                        true);
            }
        } catch (FlywayException e) {
            throw asSqlException(e);
        }
    }

    private void refuseNewer(MigrationInfo[] all) {
        // DDL commits as it goes, on both servers: a migration that fails leaves what it had done so far.
        Stream.of(all)
                .filter(migration -> migration.getState().isFailed())
                .findFirst()
                .ifPresent(failed -> {
                    throw new SchemaVersionException("migration " + failed.getScript() + " of " + settings.place()
                            + " failed half-way: restore a backup, or repair it by hand and delete its row from "
                            + HISTORY);
                });
        Optional<MigrationVersion> newest = Stream.of(all)
                .filter(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS)
                .map(MigrationInfo::getVersion)
                .max(MigrationVersion::compareTo);
        if (newest.isPresent()) {
            String known = Arrays.stream(all)
                    .filter(migration -> migration.getState().isResolved() && migration.getVersion() != null)
                    .map(MigrationInfo::getVersion)
                    .max(MigrationVersion::compareTo)
                    .map(MigrationVersion::getVersion)
                    .orElse("none");
            throw new SchemaVersionException("the schema of " + settings.place() + " is of version " + newest.get()
                    + ", newer than this collector knows (" + known + "): install a newer emberwatch-collector");
        }
    }

    private Flyway flyway() {
        return Flyway.configure(SchemaMigrator.class.getClassLoader())
                .dataSource(settings.jdbcUrl(), settings.user(), settings.password())
                .jdbcProperties(Map.of("sessionVariables", "sql_mode='" + Database.SQL_MODE + "'"))
                .locations("classpath:sql/migrations", "classpath:sql/views")
                .table(HISTORY)
                .loggers(FlywayLog.class.getName())
                // The schema may be newer on purpose while a fleet of collectors is upgraded; refuseNewer words it.
                .ignoreMigrationPatterns("*:future")
                // One that some servers did not take is mended, and stays as it is where it was applied.
                .validateOnMigrate(false)
                .load();
    }

    /** MySQL makes no copy of a partitioned table elsewhere: better said now than half-way. */
    private void requireOwnTablespaces() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet shared = statement.executeQuery("SHOW VARIABLES WHERE Variable_name = 'innodb_file_per_table'"
                        + " AND Value = 'OFF' AND VERSION() NOT LIKE '%MariaDB%'")) {
            if (shared.next()) {
                throw new SQLException("it keeps new tables in a shared tablespace, where none can be partitioned:"
                        + " SET GLOBAL innodb_file_per_table = ON, also in the server's configuration");
            }
        }
    }

    /** Flyway makes its table without a comment, and of the server's usual engine. */
    private void describeHistory() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "ALTER TABLE " + HISTORY + " ENGINE=InnoDB, COMMENT='Migrations of this schema, kept by Flyway'");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }

    private static SQLException asSqlException(FlywayException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return new SQLException(e.getMessage(), sql.getSQLState(), sql.getErrorCode(), sql);
            }
        }
        return new SQLException(e.getMessage(), e);
    }

    /** The schema is not the one that this build needs; the message says what the operator can do. */
    public static final class SchemaVersionException extends RuntimeException {
        private final boolean tooOld;

        SchemaVersionException(String message) {
            this(message, false);
        }

        SchemaVersionException(String message, boolean tooOld) {
            super(message);
            this.tooOld = tooOld;
        }

        /** Whether migrating would help. */
        public boolean isTooOld() {
            return tooOld;
        }
    }

    /** Lowers what Flyway logs to debug, but for warnings and errors. Instantiated by Flyway, by name. */
    public static final class FlywayLog implements LogCreator {
        @Override
        public Log createLogger(Class<?> source) {
            return new Quiet(LoggerFactory.getLogger(source));
        }

        private record Quiet(Logger logger) implements Log {
            @Override
            public void debug(String message) {
                logger.debug(message);
            }

            @Override
            public void info(String message) {
                logger.debug(message);
            }

            @Override
            public void notice(String message) {
                logger.debug(message);
            }

            @Override
            public void warn(String message) {
                logger.warn(message);
            }

            @Override
            public void error(String message) {
                logger.error(message);
            }

            @Override
            public void error(String message, Exception cause) {
                logger.error(message, cause);
            }
        }
    }
}
