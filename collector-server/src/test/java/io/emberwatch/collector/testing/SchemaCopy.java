package io.emberwatch.collector.testing;

import io.emberwatch.collector.store.rights.DatabaseRole;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A script that makes another schema like a migrated one, rows of the migrations included: in one go, and so in a small
 * part of the time that migrating takes. Immutable.
 */
final class SchemaCopy {
    private static final String VIEWS = "/sql/views/R__views.sql";

    private final String script;

    private SchemaCopy(String script) {
        this.script = script;
    }

    /** Of a schema that was migrated just now. */
    static SchemaCopy of(TestDatabase migrated) {
        StringBuilder script = new StringBuilder();
        try (Connection connection = migrated.connect();
                Statement statement = connection.createStatement()) {
            for (String table : tables(migrated)) {
                script.append(definition(statement, table)).append(";\n").append(rows(statement, table));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new SchemaCopy(script.append(views()).toString());
    }

    /** Fills an empty schema, as its user who migrates. */
    void into(TestDatabase empty) {
        empty.runScript(DatabaseRole.MIGRATOR, script);
    }

    /**
     * Those that others refer to first. With the checks of foreign keys off, any order would do, but MySQL 8.0.15 then lets rows go
     * from a table that was made after one that refers to it.
     */
    private static List<String> tables(TestDatabase database) {
        List<String> left = new ArrayList<>(
                database.query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                        + " AND table_type = 'BASE TABLE' ORDER BY table_name"));
        List<String> references = database.query("SELECT CONCAT(table_name, ' ', referenced_table_name)"
                + " FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()");
        List<String> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            String next = left.stream()
                    .filter(table -> left.stream().noneMatch(other -> references.contains(table + " " + other)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("foreign keys in a circle: " + left));
            left.remove(next);
            ordered.add(next);
        }
        return ordered;
    }

    private static String definition(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + table)) {
            row.next();
            return row.getString(2);
        }
    }

    private static String rows(Statement statement, String table) throws SQLException {
        StringBuilder inserts = new StringBuilder();
        try (ResultSet row = statement.executeQuery("SELECT * FROM " + table)) {
            while (row.next()) {
                StringJoiner values = new StringJoiner(", ", "INSERT INTO " + table + " VALUES (", ");\n");
                for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                    values.add(literal(row.getString(column)));
                }
                inserts.append(values);
            }
        }
        return inserts.toString();
    }

    private static String literal(String value) {
        return value == null ? "NULL" : "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private static String views() {
        try (InputStream file = Objects.requireNonNull(SchemaCopy.class.getResourceAsStream(VIEWS))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
