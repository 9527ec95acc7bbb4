package io.emberwatch.collector.store.embedded;

import io.emberwatch.collector.store.DatabaseSettings;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.io.IOException;
import java.io.Reader;
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

/**
 * How to reach the embedded database: made up once, then kept in a file of the data directory that only its owner can
 * read. Prints without the passwords.
 *
 * @param port TCP port on 127.0.0.1
 */
record EmbeddedAccess(int port, String password, String migratorPassword, String readerPassword) {
    static final String SCHEMA = "emberwatch";

    private static final String FILE = "embedded.properties";
    private static final int MAX_CONNECTIONS = 10;
    private static final int PASSWORD_BYTES = 16;

    static EmbeddedAccess loadOrCreate(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        boolean exists = Files.exists(file);
        EmbeddedAccess access = exists
                ? load(file)
                : new EmbeddedAccess(LoopbackPorts.choose(), randomPassword(), randomPassword(), randomPassword());
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
        String impatient = url() + "&connectTimeout=2000&socketTimeout=5000";
        try (Connection connection = DriverManager.getConnection(impatient, DatabaseRole.COLLECTOR.user(), password);
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
}
