package io.emberwatch.collector.store.rights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The three users of the database. What each may do stands in a file of SQL that an administrator runs by hand; the
 * embedded database and the tests read the same file. Stateless.
 */
public enum DatabaseRole {
    /** Makes and changes the schema. */
    MIGRATOR("emberwatch_migrator"),
    /** Is what {@code serve} and the commands run as. */
    COLLECTOR("emberwatch"),
    /** Is for people and tools with SQL. */
    READER("emberwatch_reader");

    private final String user;

    DatabaseRole(String user) {
        this.user = user;
    }

    /** Name of the user, unless an administrator chose another. */
    public String user() {
        return user;
    }

    /** The file that says what it may do, as operators find it. */
    public String file() {
        return "sql/users/" + name().toLowerCase(Locale.ROOT) + ".sql";
    }

    /**
     * The statements of the file that take and give rights, in order, each on one line; they need a default schema, and
     * those on single tables need the tables.
     *
     * @param account whom to give them to, as SQL: {@code 'emberwatch'@'127.0.0.1'}
     */
    public List<String> statements(String account) {
        String inFile = "'" + user + "'@'localhost'";
        String sql = text().lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
        return Stream.of(sql.split(";"))
                .map(String::strip)
                .filter(statement -> statement.startsWith("GRANT") || statement.startsWith("REVOKE"))
                .map(statement -> statement.replaceAll("\\s+", " ").replace(inFile, account))
                .toList();
    }

    /** What the file gives, on the tables of a schema. */
    public Grants grants(String schema) {
        return Grants.parse(
                statements("'x'@'x'").stream()
                        .filter(statement -> statement.startsWith("GRANT"))
                        .toList(),
                schema);
    }

    private String text() {
        try (InputStream file =
                Objects.requireNonNull(DatabaseRole.class.getResourceAsStream("/" + file()), this::file)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
