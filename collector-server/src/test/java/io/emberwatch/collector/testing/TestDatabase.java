package io.emberwatch.collector.testing;

import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.DatabaseSettings;
import io.emberwatch.collector.store.SchemaMigrator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A schema of one test, and a pool of connections to it. Thread-safe. */
public final class TestDatabase implements AutoCloseable {
    private final DatabaseServer server;
    private final String schema;
    private final Database database;

    private TestDatabase(DatabaseServer server, String schema) {
        this.server = server;
        this.schema = schema;
        this.database = Database.at(server.settings(schema));
    }

    static TestDatabase create(DatabaseServer server, String schema) {
        execute(server.settings(""), "CREATE DATABASE " + schema + " CHARACTER SET utf8mb4");
        return new TestDatabase(server, schema);
    }

    TestDatabase migrated() {
        try {
            new SchemaMigrator(settings()).migrate();
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public DatabaseSettings settings() {
        return server.settings(schema);
    }

    public Database database() {
        return database;
    }

    /** A connection outside the pool, in auto-commit mode; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect(settings());
    }

    /** Runs one statement that answers nothing, in a transaction of its own. */
    public void execute(String sql) {
        execute(settings(), sql);
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

    /** Drops the schema; does nothing if the server is stopped. */
    @Override
    public void close() {
        database.close();
        try (Connection connection = connect(server.settings(""));
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + schema);
        } catch (SQLException e) {
            if (server.isRunning()) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void execute(DatabaseSettings settings, String sql) {
        try (Connection connection = connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static Connection connect(DatabaseSettings settings) throws SQLException {
        return DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
    }
}
