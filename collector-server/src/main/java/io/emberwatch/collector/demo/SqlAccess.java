package io.emberwatch.collector.demo;

import io.emberwatch.collector.store.DatabaseSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a person opens the database.
 *
 * @param reader a user that may only read
 * @param client program for it that is on this machine for sure
 */
record SqlAccess(DatabaseSettings reader, Optional<Path> client) {
    private static final String QUERY =
            "SELECT machine, state, taken_at, cpu_temp_c, load_1m, mem_used_percent" + " FROM machine_now";

    List<String> lines() {
        URI address = URI.create(reader.jdbcUrl().substring("jdbc:".length()));
        String schema = address.getPath().substring(1);
        String program = client.map(Path::toString).orElse("mariadb");
        // Newer clients of MariaDB insist on TLS otherwise, which loopback does without; those of MySQL do not.
        String command = program + " --skip-ssl --host=" + address.getHost() + " --port=" + address.getPort()
                + " --user=" + reader.user() + " --password=" + reader.password() + " " + schema;
        return List.of(
                "The database can be read with any MySQL or MariaDB client while the demo runs:",
                "  host " + address.getHost() + ", port " + address.getPort() + ", database " + schema + ", user "
                        + reader.user() + ", password " + reader.password(),
                "  for example: " + QUERY,
                "  " + command + " -e \"" + QUERY + "\"",
                "  (mysql takes the same without --skip-ssl)");
    }
}
