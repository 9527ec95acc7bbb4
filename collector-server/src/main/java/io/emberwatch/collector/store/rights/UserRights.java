package io.emberwatch.collector.store.rights;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the user that one connects as may do, compared with what its role needs.
 *
 * @param account as the server knows it: {@code emberwatch@localhost}
 * @param missing what it needs and may not do; empty also if that cannot be found out
 * @param excess what it may do and does not need, also through roles that it could take on
 */
public record UserRights(String account, List<String> missing, List<String> excess) {
    private static final int MAX_LINES = 10_000;
    private static final int MAX_ROLES = 16;

    /**
     * Asks the server, by a connection of its own.
     *
     * @throws SQLException if it cannot be reached, or does not answer
     */
    public static UserRights of(DatabaseSettings settings, DatabaseRole role) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(settings.jdbcUrl(), settings.user(), settings.password());
                Statement statement = connection.createStatement()) {
            statement.setMaxRows(MAX_LINES);
            List<String> self = rowOf(statement, "SELECT CURRENT_USER(), DATABASE()");
            String schema = self.get(1);
            Grants needed = role.grants(schema);
            List<String> active = lines(statement);
            Grants now = Grants.parse(active, schema);
            List<String> all = new ArrayList<>(active);
            now.roles().stream().limit(MAX_ROLES).forEach(name -> all.addAll(linesAs(name, statement)));
            return new UserRights(
                    self.get(0),
                    // What was not read might give it.
                    active.size() < MAX_LINES ? now.missingFor(needed) : List.of(),
                    Grants.parse(all, schema).excessOver(needed));
        }
    }

    private static List<String> lines(Statement statement) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }

    private static List<String> linesAs(String role, Statement statement) {
        try {
            statement.execute("SET ROLE " + role);
            return lines(statement);
        } catch (SQLException e) {
            // A role that cannot be taken on gives nothing.
            return List.of();
        }
    }

    private static List<String> rowOf(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return List.of(row.getString(1), row.getString(2));
        }
    }
}
