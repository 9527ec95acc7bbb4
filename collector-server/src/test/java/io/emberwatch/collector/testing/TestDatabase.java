package io.emberwatch.collector.testing;

import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.Database.Timeouts;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.store.schema.SchemaMigrator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A schema of one test with the three users of its own, who may do exactly what the files of {@code sql/users} say; and
 * a pool of the collector's connections. What a test does by itself, it does as an administrator. Thread-safe.
 */
public final class TestDatabase implements AutoCloseable {
    private static final int MOST_TRIES = 10;
    private static final String PASSWORD = "test";

    private final DatabaseServer server;
    private final String schema;
    private Optional<Database> pool = Optional.empty();

    private TestDatabase(DatabaseServer server, String schema) {
        this.server = server;
        this.schema = schema;
    }

    static TestDatabase create(DatabaseServer server, String schema) {
        execute(server.settings(""), List.of("CREATE DATABASE " + schema + " CHARACTER SET utf8mb4"));
        TestDatabase database = new TestDatabase(server, schema);
        database.executeAll(Stream.of(DatabaseRole.values())
                .map(role -> "CREATE USER " + database.account(role) + " IDENTIFIED BY '" + PASSWORD + "'")
                .toList());
        database.grant(DatabaseRole.MIGRATOR);
        return database;
    }

    /** Applies all migrations, as a collector does. */
    void migrate() {
        try {
            new SchemaMigrator(settings(DatabaseRole.MIGRATOR)).migrate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives a user what its file says, as an administrator does once the tables are there. */
    public void grant(DatabaseRole role) {
        runScript(server.settings(schema), String.join(";\n", role.statements(account(role))));
    }

    /** Runs statements that end with semicolons, all in one go. */
    void runScript(DatabaseRole role, String script) {
        runScript(settings(role), script);
    }

    private static void runScript(DatabaseSettings settings, String script) {
        String url = settings.jdbcUrl() + "&allowMultiQueries=true";
        try (Connection connection = DriverManager.getConnection(url, settings.user(), settings.password());
                Statement statement = connection.createStatement()) {
            boolean more = statement.execute(script);
            // What fails later than the first statement throws only here.
            while (more || statement.getUpdateCount() != -1) {
                more = statement.getMoreResults();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(script, e);
        }
    }

    /** How a collector reaches it. */
    public DatabaseSettings settings() {
        return settings(DatabaseRole.COLLECTOR);
    }

    public DatabaseSettings settings(DatabaseRole role) {
        DatabaseSettings admin = server.settings(schema);
        return new DatabaseSettings(admin.jdbcUrl(), userName(role), PASSWORD, admin.maxConnections());
    }

    /** The user as SQL names it. */
    public String account(DatabaseRole role) {
        return "'" + userName(role) + "'@'127.0.0.1'";
    }

    /** The server that it is on. */
    public DatabaseServer server() {
        return server;
    }

    /** Name of the schema. */
    public String schema() {
        return schema;
    }

    /** Made when first asked for: before the tables are there its user may not connect. */
    public synchronized Database database() {
        if (pool.isEmpty()) {
            Database fresh = Database.at(settings(), Timeouts.SERVICE);
            // A first connection takes longest, and a service would try again.
            await().ignoreExceptions().until(() -> fresh.transact(connection -> true));
            pool = Optional.of(fresh);
        }
        return pool.get();
    }

    /** A connection outside the pool, in auto-commit mode; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect(server.settings(schema));
    }

    /** The same, as one of the users. */
    public Connection connect(DatabaseRole role) throws SQLException {
        return connect(settings(role));
    }

    /** Runs one statement that answers nothing, in a transaction of its own. */
    public void execute(String sql) {
        executeAll(List.of(sql));
    }

    /** The first column of each row of a query's answer, as text; a NULL is null. */
    public List<String> query(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The server's number of a connection, as {@code KILL} takes it. */
    public long idOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Drops the schema and its users; does nothing if the server is stopped. */
    @Override
    public synchronized void close() {
        pool.ifPresent(Database::close);
        try (Connection connection = connect(server.settings(""));
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + schema);
            for (DatabaseRole role : DatabaseRole.values()) {
                statement.execute("DROP USER IF EXISTS " + account(role));
            }
        } catch (SQLException e) {
            if (server.isRunning()) {
                throw new IllegalStateException(e);
            }
        }
    }

    private String userName(DatabaseRole role) {
        return role.user() + "_" + schema;
    }

    private void executeAll(List<String> statements) {
        execute(server.settings(schema), statements);
    }

    private static void execute(DatabaseSettings settings, List<String> statements) {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                execute(statement, sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(String.join("; ", statements), e);
        }
    }

    /** Where it and a collector's transaction wait for each other, it may be the one that has to give way. */
    private static void execute(Statement statement, String sql) throws SQLException {
        for (int tries = 1; true; tries++) {
            try {
                statement.execute(sql);
                return;
            } catch (SQLTransactionRollbackException e) {
                if (tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }
}
