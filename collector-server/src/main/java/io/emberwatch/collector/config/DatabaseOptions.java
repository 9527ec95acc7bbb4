package io.emberwatch.collector.config;

import io.emberwatch.collector.store.DatabaseSettings;
import io.emberwatch.protocol.conf.ConfException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to reach the database. */
public final class DatabaseOptions {
    static final String EMBEDDED = "embedded";

    @Option(
            names = "--database-url",
            descriptionKey = "database.url",
            paramLabel = "URL",
            defaultValue = EMBEDDED,
            converter = Kinds.DatabaseUrl.class,
            description = {
                "MySQL 8.0+ or MariaDB 10.6+, as jdbc:mysql://host:port/schema; or embedded, which runs a MariaDB",
                "of the collector's own in data.dir."
            })
    private String url;

    @Option(
            names = "--database-user",
            descriptionKey = "database.user",
            paramLabel = "NAME",
            defaultValue = "emberwatch",
            description = "User of the database. The embedded one has its own.")
    private String user;

    @Option(
            names = "--database-password",
            descriptionKey = "database.password",
            paramLabel = "PASSWORD",
            hidden = true,
            description = "Password of that user; not taken as a flag, which others on this host can read.")
    private String password;

    @Option(
            names = "--database-password-file",
            descriptionKey = "database.password-file",
            paramLabel = "FILE",
            converter = Kinds.AbsolutePath.class,
            description = "File that holds the password alone, instead of database.password.")
    private Path passwordFile;

    @Option(
            names = "--database-migrator-user",
            descriptionKey = "database.migrator-user",
            paramLabel = "NAME",
            description = {
                "User that migrate connects as: it may change the schema, which the collector's own user then need not.",
                "Without it, migrate uses database.user. The embedded database has its own."
            })
    private String migratorUser;

    @Option(
            names = "--database-migrator-password",
            descriptionKey = "database.migrator-password",
            paramLabel = "PASSWORD",
            hidden = true,
            description = "Password of that user; not taken as a flag, which others on this host can read.")
    private String migratorPassword;

    @Option(
            names = "--database-migrator-password-file",
            descriptionKey = "database.migrator-password-file",
            paramLabel = "FILE",
            converter = Kinds.AbsolutePath.class,
            description = {
                "File that holds the password alone, instead of database.migrator-password. Only migrate reads it, so",
                "it need not be readable for the service."
            })
    private Path migratorPasswordFile;

    @Option(
            names = "--database-max-connections",
            descriptionKey = "database.max-connections",
            paramLabel = "N",
            defaultValue = "10",
            converter = MaxConnections.class,
            description = "Most connections to the database at a time.")
    private int maxConnections;

    @Mixin
    private DataOptions data;

    static final class MaxConnections extends WholeNumber {
        MaxConnections() {
            super(2, 1000);
        }
    }

    /** How to reach a database of one's own; empty for the embedded one. */
    public Optional<DatabaseSettings> external() {
        if (url.equals(EMBEDDED)) {
            return Optional.empty();
        }
        String secret =
                Secrets.resolve("database.password", password, passwordFile).orElse("");
        return Optional.of(new DatabaseSettings(url, user, secret, maxConnections));
    }

    /** User that {@code migrate} connects to a database of one's own as, if it is another than the collector's. */
    public Optional<String> migratorUser() {
        return url.equals(EMBEDDED) ? Optional.empty() : Optional.ofNullable(migratorUser);
    }

    /**
     * How {@code migrate} reaches a database of one's own; empty for the embedded one.
     *
     * @throws ConfException if a password of the migrator is given without its user, or its file cannot be read
     */
    public Optional<DatabaseSettings> externalMigrator() {
        if (url.equals(EMBEDDED)) {
            return Optional.empty();
        }
        if (migratorUser == null) {
            requireMigratorUser();
            return external();
        }
        String secret = Secrets.resolve("database.migrator-password", migratorPassword, migratorPasswordFile)
                .orElse("");
        return Optional.of(new DatabaseSettings(url, migratorUser, secret, maxConnections));
    }

    /** A password that nobody uses is a mistake. Reads no file: the service may not be allowed to. */
    void requireMigratorUser() {
        if (migratorUser == null && (migratorPassword != null || migratorPasswordFile != null)) {
            throw new ConfException("database.migrator-password"
                    + (migratorPassword != null ? "" : "-file")
                    + " is set without database.migrator-user; set both or neither");
        }
    }

    public int maxConnections() {
        return maxConnections;
    }

    /** Where the embedded database lives. */
    public DataOptions data() {
        return data;
    }
}
