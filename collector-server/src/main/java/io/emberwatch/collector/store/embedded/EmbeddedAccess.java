package io.emberwatch.collector.store.embedded;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.io.IOException;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How to reach the embedded database: made up once, then kept in a file of the data directory that only its owner can
 * read. Prints without the passwords.
 *
 * @param port TCP port on 127.0.0.1
 */
record EmbeddedAccess(int port, String password, String migratorPassword, String readerPassword) {
    static final String SCHEMA = "emberwatch";

    private static final String FILE = "embedded.properties";
    private static final int USUAL_PORT = 7412;
    private static final int ANY_PORT = 0;
    private static final int MAX_CONNECTIONS = 10;
    private static final int PASSWORD_BYTES = 16;

    static EmbeddedAccess loadOrCreate(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        boolean exists = Files.exists(file);
        EmbeddedAccess access = exists
                ? load(file)
                : new EmbeddedAccess(choosePort(), randomPassword(), randomPassword(), randomPassword());
        if (!exists || !Files.readString(file).equals(access.text())) {
            access.store(folder);
        }
        return access;
    }

    EmbeddedAccess withPort(int other) {
        return new EmbeddedAccess(other, password, migratorPassword, readerPassword);
    }

    void store(Path folder) throws IOException {
        PrivateFiles.write(folder.resolve(FILE), text());
    }

    private String text() {
        return """
                # The embedded database of Emberwatch, on 127.0.0.1 only. Written by the collector.
                # For people with SQL: mariadb --skip-ssl --host=127.0.0.1 --port=%d --user=%s --password %s
                port=%d
                password=%s
                migrator_password=%s
                reader_password=%s
                """.formatted(
                        port, DatabaseRole.READER.user(), SCHEMA, port, password, migratorPassword, readerPassword);
    }

    DatabaseSettings settings(DatabaseRole role) {
        return new DatabaseSettings(url(), role.user(), password(role), MAX_CONNECTIONS);
    }

    String password(DatabaseRole role) {
        return switch (role) {
            case MIGRATOR -> migratorPassword;
            case COLLECTOR -> password;
            case READER -> readerPassword;
        };
    }

    /** Whether the server of this data directory, and not any other, answers on the port and lets us in. */
    boolean answersFrom(Path dataDir) {
        // A stranger on the port may accept and then say nothing.
        String urlWithTimeouts = url() + "&connectTimeout=2000&socketTimeout=5000";
        try (Connection connection =
                        DriverManager.getConnection(urlWithTimeouts, DatabaseRole.COLLECTOR.user(), password);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@datadir")) {
            return row.next() && Path.of(row.getString(1)).equals(dataDir);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "EmbeddedAccess[port=" + port + "]";
    }

    private String url() {
        // TLS on loopback would only cost: whoever can listen there can also read the password file.
        return "jdbc:mysql://127.0.0.1:" + port + "/" + SCHEMA + "?sslMode=DISABLED";
    }

    private static EmbeddedAccess load(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        try {
            return new EmbeddedAccess(
                    Integer.parseInt(properties.getProperty("port")),
                    require(properties, "password", file),
                    // There was no such user before version 2 of the schema.
                    properties.containsKey("migrator_password")
                            ? require(properties, "migrator_password", file)
                            : randomPassword(),
                    require(properties, "reader_password", file));
        } catch (NumberFormatException e) {
            throw new EmbeddedDatabaseException(
                    file + ": port must be a number; delete the file to have it made anew", e);
        }
    }

    private static String require(Properties properties, String key, Path file) throws EmbeddedDatabaseException {
        String value = properties.getProperty(key);
        // Goes into SQL between quotes.
        if (value == null || !value.matches("[0-9A-Za-z]{8,}")) {
            throw new EmbeddedDatabaseException(
                    file + ": " + key + " must be 8 or more letters and digits; delete the file to have it made anew");
        }
        return value;
    }

    private static String randomPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /**
     * The users, as SQL that the server runs at each start, before it lets anybody in. What they may do stands in
     * {@code sql/users}. May be run again and again: puts right whatever differs. One statement a line, as {@code
     * --init-file} reads.
     */
    String initSql() {
        return "CREATE DATABASE IF NOT EXISTS " + SCHEMA
                + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n"
                + "USE " + SCHEMA + ";\n"
                + Stream.of(DatabaseRole.values())
                        .map(role -> user(role, password(role)))
                        .collect(Collectors.joining());
    }

    private static String user(DatabaseRole role, String password) {
        String account = "'" + role.user() + "'@'127.0.0.1'";
        return "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY '" + password + "';\n"
                + "ALTER USER " + account + " IDENTIFIED BY '" + password + "';\n"
                + role.statements(account).stream()
                        .map(EmbeddedAccess::evenWithoutTable)
                        .collect(Collectors.joining());
    }

    /**
     * The tables are made later, by the migrator. A grant that contains CREATE may be given on a table that is not
     * there, and what is left when CREATE is taken away again stays.
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

    /** 7412 if nobody listens there, else a free port of the system's choice. */
    static int choosePort() throws IOException {
        return isPortFree(USUAL_PORT) ? USUAL_PORT : listenBriefly(ANY_PORT);
    }

    static boolean isPortFree(int port) {
        try {
            listenBriefly(port);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int listenBriefly(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
