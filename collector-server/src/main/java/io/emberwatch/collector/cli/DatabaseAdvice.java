package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.DatabaseOptions;
import io.emberwatch.collector.store.Database.DatabaseSettings;
import io.emberwatch.collector.store.WriteCheck;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** What to do when the database does not let a user do what it needs to, or lets it do more. */
final class DatabaseAdvice {
    private static final int NO_RIGHTS_IN_SCHEMA = 1044;
    private static final int SHOWN = 5;
    private static final long LEAST_PACKET_BYTES = 1 << 20;
    private static final int NONE = -1;
    private static final int MAX_CAUSES = 20;

    /** The first that fits. Numbers are the server's, of MySQL and MariaDB alike; words are the driver's or the JDK's. */
    private static final List<Remedy> REMEDIES = List.of(
            words(
                    "Public Key Retrieval is not allowed",
                    "put sslMode=REQUIRED into database.url, or, if nobody can listen on the way to the server,"
                            + " allowPublicKeyRetrieval=true"),
            words("using password: NO", "set database.password-file, or database.password"),
            code(1045, "is that the user's password, and may the user come from this host?"),
            code(1049, "create it: CREATE DATABASE … CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"),
            code(1040, "raise max_connections of the server, or lower database.max-connections"),
            code(1203, "raise the user's MAX_USER_CONNECTIONS, or lower database.max-connections"),
            code(1226, "raise the user's limits (ALTER USER … WITH …), or lower database.max-connections"),
            code(1129, "FLUSH HOSTS lets this host in again; then look why its connections failed"),
            code(1130, "create the user for this host, too: CREATE USER 'emberwatch'@'this host'"),
            code(1193, "it needs MySQL 8.0, MariaDB 10.6 or newer; and see sessionVariables in database.url"),
            code(1820, "set a password that does not expire: ALTER USER … IDENTIFIED BY … PASSWORD EXPIRE NEVER"),
            code(1862, "set a password that does not expire: ALTER USER … IDENTIFIED BY … PASSWORD EXPIRE NEVER"),
            code(3118, "ALTER USER … ACCOUNT UNLOCK"),
            code(4151, "ALTER USER … ACCOUNT UNLOCK"),
            code(3159, "put sslMode=REQUIRED into database.url"),
            words(
                    "authentication plugin",
                    "let the user log in by a password that the driver knows: caching_sha2_password (MySQL),"
                            + " mysql_native_password (MariaDB)"),
            words(
                    "SSL Connection required",
                    "turn on TLS at the server, or, if nobody can listen on the way, put sslMode=DISABLED into"
                            + " database.url"),
            words("certification path", Remedy.TRUST),
            words("PKIX", Remedy.TRUST),
            words(
                    "protocol_version",
                    "the server speaks only old TLS: upgrade it, or, if nobody can listen on the way, put"
                            + " sslMode=DISABLED into database.url"),
            words("No appropriate protocol", "the server speaks only old TLS: upgrade it"),
            words(
                    "Connection refused",
                    "does the server run, and does it listen on that address and port (bind-address,"
                            + " skip-networking)?"),
            words("onnect timed out", "are address and port right, and does a firewall let them through?"),
            words("No route to host", "are address and port right, and does a firewall let them through?"),
            code(1036, Remedy.READ_ONLY),
            code(1290, Remedy.READ_ONLY),
            code(1792, Remedy.READ_ONLY),
            code(1836, Remedy.READ_ONLY),
            code(1874, Remedy.READ_ONLY),
            code(3100, Remedy.READ_ONLY),
            code(1881, "start the server without innodb_force_recovery"),
            code(1598, "SET GLOBAL binlog_format = 'ROW', also in the server's configuration"),
            code(1665, "SET GLOBAL binlog_format = 'ROW', also in the server's configuration"),
            code(1142, "run " + file(DatabaseRole.COLLECTOR)),
            code(1143, "run " + file(DatabaseRole.COLLECTOR)),
            code(1227, "run " + file(DatabaseRole.COLLECTOR)),
            code(1021, Remedy.FULL),
            code(1026, Remedy.FULL),
            code(1114, Remedy.FULL),
            code(1153, "raise max_allowed_packet of the server to 16M"),
            words("Packet for query is too large", "raise max_allowed_packet of the server to 16M"));

    /** What to do about one kind of refusal, known by the server's number or by words of the message. */
    private record Remedy(int code, String words, String text) {
        static final String READ_ONLY = "let database.url lead to the server that takes writes, or end its read-only"
                + " mode (read_only, super_read_only, transaction_read_only, innodb_read_only)";
        static final String FULL = "make room on the server's disk";
        static final String TRUST = "name the key store with the server's authority in database.url"
                + " (trustCertificateKeyStoreUrl), or take any certificate: sslMode=REQUIRED";

        boolean fits(Throwable e) {
            boolean fitsCode = e instanceof SQLException sql && sql.getErrorCode() == code;
            return fitsCode
                    || (!words.isEmpty() && String.valueOf(e.getMessage()).contains(words));
        }
    }

    private static Remedy code(int code, String text) {
        return new Remedy(code, "", text);
    }

    private static Remedy words(String words, String text) {
        return new Remedy(NONE, words, text);
    }

    private DatabaseAdvice() {}

    /** Goes on after "run emberwatch-collector migrate": as whom, and what then. */
    static String whenTooOld(DatabaseOptions options) {
        return options.migratorUser()
                .map(user -> ", which connects as user " + user + ", then " + file(DatabaseRole.COLLECTOR))
                .orElse("");
    }

    /** Goes on after the server's words. */
    static String whenRefused(SQLException e, DatabaseRole role) {
        if (e.getErrorCode() != NO_RIGHTS_IN_SCHEMA) {
            return whenRefused(e);
        }
        return role == DatabaseRole.MIGRATOR
                ? "; run " + file(role)
                : "; run emberwatch-collector migrate, then " + file(role);
    }

    /** Goes on after the server's or the driver's words: what to change; empty if that is not known. */
    static String whenRefused(SQLException e) {
        List<Throwable> causes = Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                .limit(MAX_CAUSES)
                .toList();
        return REMEDIES.stream()
                .filter(remedy -> causes.stream().anyMatch(remedy::fits))
                .findFirst()
                .map(remedy -> "; " + remedy.text())
                .orElse("");
    }

    /** The innermost words, which say most; the driver's own around them speak of packets. */
    static String words(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof UnknownHostException ? "unknown host " + root.getMessage() : root.getMessage();
    }

    /** Of a server that takes small readings from few machines. */
    static List<String> warnings(WriteCheck.Limits limits, DatabaseSettings settings) {
        List<String> warnings = new ArrayList<>();
        if (limits.maxPacketBytes() < LEAST_PACKET_BYTES) {
            warnings.add("max_allowed_packet of the database is " + limits.maxPacketBytes()
                    + " bytes: readings of machines with many GPUs will be rejected; set it to 16M");
        }
        if (limits.maxConnections() <= settings.maxConnections()) {
            warnings.add("the database lets in " + limits.maxConnections()
                    + " connections of all its users together, and the collector may need "
                    + settings.maxConnections() + " and commands more; raise its max_connections, or lower"
                    + " database.max-connections");
        }
        return List.copyOf(warnings);
    }

    /** What was applied may have brought tables that the others have no rights on yet. */
    static String afterMigration() {
        return "as the database's administrator, run sql/users/collector.sql and sql/users/reader.sql again:"
                + " rights are given table by table\n";
    }

    static String missing(String account, List<String> missing) {
        return "database user " + account + " may not " + some(missing) + ", which the collector needs: run "
                + file(DatabaseRole.COLLECTOR);
    }

    static String excess(String account, List<String> excess) {
        return "database user " + account + " may do more than the collector needs: " + some(excess) + "; run "
                + file(DatabaseRole.COLLECTOR) + ", which takes it away";
    }

    private static String file(DatabaseRole role) {
        return role.file() + " as the database's administrator";
    }

    /** On one line, whatever names there are. */
    private static String some(List<String> rights) {
        String shown = String.join("; ", rights.subList(0, Math.min(SHOWN, rights.size())));
        String more = rights.size() > SHOWN ? "; and " + (rights.size() - SHOWN) + " more" : "";
        return shown.replaceAll("\\p{Cntrl}", "?") + more;
    }
}
