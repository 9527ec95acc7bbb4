package io.emberwatch.collector.cli;

import io.emberwatch.collector.app.EmbeddedWatch;
import io.emberwatch.collector.config.DatabaseOptions;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.embedded.EmbeddedDatabaseException;
import io.emberwatch.collector.store.embedded.EmbeddedMariaDb;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import io.emberwatch.collector.store.schema.SchemaMigrator.SchemaVersionException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** The configured database, with a schema that fits this build; the embedded one is started or joined for it. */
final class OpenDatabase implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final int ANSWER_TIMEOUT_MILLIS = 30_000;

    private final Optional<EmbeddedMariaDb> embedded;
    private final DatabaseSettings settings;
    private final Database database;
    private Optional<EmbeddedWatch> watch = Optional.empty();

    private OpenDatabase(Optional<EmbeddedMariaDb> embedded, DatabaseSettings settings, Timeouts timeouts) {
        this.embedded = embedded;
        this.settings = settings;
        this.database = Database.at(settings, timeouts);
    }

    /**
     * Opens the database. The schema of the embedded one is brought up to date.
     *
     * @throws CommandFailed if it cannot be reached or its schema is not the one that this build needs
     */
    static OpenDatabase open(DatabaseOptions options, Timeouts timeouts) {
        OpenDatabase open = connect(options, DatabaseRole.COLLECTOR, timeouts);
        try {
            if (open.embedded.isPresent()) {
                new SchemaMigrator(open.embedded.get().settings(DatabaseRole.MIGRATOR)).migrate();
            } else {
                new SchemaMigrator(open.settings).requireCurrent();
            }
            return open;
        } catch (SQLException e) {
            open.close();
            throw new CommandFailed(
                    "cannot read the schema of " + open.settings.place() + ": " + DatabaseAdvice.words(e)
                            + DatabaseAdvice.whenRefused(e),
                    e);
        } catch (SchemaVersionException e) {
            open.close();
            String remedy = e.isTooOld() ? DatabaseAdvice.whenTooOld(options) : "";
            throw new CommandFailed(e.getMessage() + remedy, e);
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /** Opens the database and applies what its schema lacks; returns the names of the migrations applied. */
    static List<String> migrate(DatabaseOptions options) {
        try (OpenDatabase open = connect(options, DatabaseRole.MIGRATOR, Timeouts.COMMAND)) {
            return new SchemaMigrator(open.settings).migrate();
        } catch (SQLException e) {
            throw new CommandFailed("migration failed: " + DatabaseAdvice.words(e) + DatabaseAdvice.whenRefused(e), e);
        } catch (SchemaVersionException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    Database database() {
        return database;
    }

    DatabaseSettings settings() {
        return settings;
    }

    /** The embedded server, if that is the database. */
    Optional<EmbeddedMariaDb> embedded() {
        return embedded;
    }

    /** From now on the embedded server, if that is the database, is started again when it ends by itself. */
    void watch(ServiceProblems problems) {
        watch = embedded.map(server -> EmbeddedWatch.start(server, problems));
    }

    @Override
    public void close() {
        watch.ifPresent(EmbeddedWatch::close);
        database.close();
        embedded.ifPresent(OpenDatabase::leave);
    }

    private static OpenDatabase connect(DatabaseOptions options, DatabaseRole role, Timeouts timeouts) {
        Optional<DatabaseSettings> external =
                role == DatabaseRole.MIGRATOR ? options.externalMigrator() : options.external();
        if (external.isPresent()) {
            requireReachable(external.get(), role);
            return new OpenDatabase(Optional.empty(), external.get(), timeouts);
        }
        try {
            EmbeddedMariaDb server =
                    EmbeddedMariaDb.startOrConnect(options.data().folder());
            DatabaseSettings own = server.settings(role);
            return new OpenDatabase(
                    Optional.of(server),
                    new DatabaseSettings(own.jdbcUrl(), own.user(), own.password(), options.maxConnections()),
                    timeouts);
        } catch (EmbeddedDatabaseException e) {
            throw new CommandFailed(e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailed("cannot start the embedded database: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted while the embedded database was starting", e);
        }
    }

    /** Before the pool, which would try for long and then not say why. */
    private static void requireReachable(DatabaseSettings settings, DatabaseRole role) {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_TIMEOUT_MILLIS));
        // What listens there may be no database, and say nothing.
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_TIMEOUT_MILLIS));
        try (Connection connection = DriverManager.getConnection(settings.jdbcUrl(), properties)) {
            connection.getMetaData();
        } catch (SQLException e) {
            throw new CommandFailed(
                    "cannot reach the database " + settings.place() + " as user " + settings.user() + ": "
                            + DatabaseAdvice.words(e) + DatabaseAdvice.whenRefused(e, role),
                    e);
        }
    }

    private static void leave(EmbeddedMariaDb server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new CommandFailed("cannot stop the embedded database: " + e.getMessage(), e);
        }
    }
}
