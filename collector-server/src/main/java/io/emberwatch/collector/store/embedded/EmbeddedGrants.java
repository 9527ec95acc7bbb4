package io.emberwatch.collector.store.embedded;

import io.emberwatch.collector.store.rights.DatabaseRole;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The users of the embedded database, as SQL that the server runs at each start, before it lets anybody in. What they
 * may do stands in {@code sql/users}. Stateless.
 */
final class EmbeddedGrants {
    private EmbeddedGrants() {}

    /** May be run again and again: puts right whatever differs. One statement a line, as {@code --init-file} reads. */
    static String sql(EmbeddedAccess access) {
        return "CREATE DATABASE IF NOT EXISTS " + EmbeddedAccess.SCHEMA
                + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
                + "USE " + EmbeddedAccess.SCHEMA + ";\n"
                + Stream.of(DatabaseRole.values())
                        .map(role -> user(role, access.password(role)))
                        .collect(Collectors.joining());
    }

    private static String user(DatabaseRole role, String password) {
        String account = "'" + role.user() + "'@'127.0.0.1'";
        return "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY '" + password + "';\n"
                + "ALTER USER " + account + " IDENTIFIED BY '" + password + "';\n"
                + role.statements(account).stream()
                        .map(EmbeddedGrants::evenWithoutTable)
                        .collect(Collectors.joining());
    }

    /**
     * The tables are made later, by the migrator. A grant that contains CREATE may be given on a table that is not there,
     * and what is left when CREATE is taken away again stays.
     */
    private static String evenWithoutTable(String statement) {
        return statement.startsWith("GRANT") && !statement.contains(" ON * ")
                ? statement.replaceFirst(" ON ", ", CREATE ON ") + ";\n"
                        + statement
                                .replaceFirst("GRANT .* ON ", "REVOKE CREATE ON ")
                                .replaceFirst(" TO ", " FROM ")
                        + ";\n"
                : statement + ";\n";
    }
}
