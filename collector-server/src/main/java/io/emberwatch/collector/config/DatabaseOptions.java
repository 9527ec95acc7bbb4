package io.emberwatch.collector.config;

import static io.emberwatch.collector.config.CollectorKeys.DATABASE_MAX_CONNECTIONS;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_MIGRATOR_PASSWORD;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_MIGRATOR_PASSWORD_FILE;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_MIGRATOR_USER;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_PASSWORD;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_PASSWORD_FILE;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_URL;
import static io.emberwatch.collector.config.CollectorKeys.DATABASE_USER;

import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.protocol.conf.ConfException;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;

/** How to reach the database. */
public final class DatabaseOptions extends ConfOptions {
    @Mixin
    private DataOptions data;

    public DatabaseOptions() {
        super("database");
    }

    /** How to reach a database of one's own; empty for the embedded one. */
    public Optional<DatabaseSettings> external() {
        return isEmbedded()
                ? Optional.empty()
                : Optional.of(
                        settings(get(DATABASE_USER), Secrets.resolve(this, DATABASE_PASSWORD, DATABASE_PASSWORD_FILE)));
    }

    /** User that {@code migrate} connects to a database of one's own as, if it is another than the collector's. */
    public Optional<String> migratorUser() {
        return isEmbedded() ? Optional.empty() : find(DATABASE_MIGRATOR_USER);
    }

    /**
     * How {@code migrate} reaches a database of one's own; empty for the embedded one.
     *
     * @throws ConfException if a password of the migrator is given without its user, or its file cannot be read
     */
    public Optional<DatabaseSettings> externalMigrator() {
        if (migratorUser().isEmpty()) {
            requireMigratorUser();
            return external();
        }
        return migratorUser()
                .map(user -> settings(
                        user, Secrets.resolve(this, DATABASE_MIGRATOR_PASSWORD, DATABASE_MIGRATOR_PASSWORD_FILE)));
    }

    /** A password that nobody uses is a mistake. Reads no file: the service may not be allowed to. */
    void requireMigratorUser() {
        Stream.of(DATABASE_MIGRATOR_PASSWORD, DATABASE_MIGRATOR_PASSWORD_FILE)
                .filter(key ->
                        find(key).isPresent() && find(DATABASE_MIGRATOR_USER).isEmpty())
                .findFirst()
                .ifPresent(key -> {
                    throw new ConfException(
                            key + " is set without " + DATABASE_MIGRATOR_USER + "; set both or neither");
                });
    }

    public int maxConnections() {
        return get(DATABASE_MAX_CONNECTIONS);
    }

    /** Where the embedded database lives. */
    public DataOptions data() {
        return data;
    }

    private boolean isEmbedded() {
        return get(DATABASE_URL).equals(CollectorKeys.EMBEDDED);
    }

    private DatabaseSettings settings(String user, Optional<String> password) {
        return new DatabaseSettings(get(DATABASE_URL), user, password.orElse(""), maxConnections());
    }
}
