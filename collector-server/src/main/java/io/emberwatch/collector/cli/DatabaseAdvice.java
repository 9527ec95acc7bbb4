package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.DatabaseOptions;
import io.emberwatch.collector.store.rights.DatabaseRole;
import java.sql.SQLException;
import java.util.List;

/** What to do when the database does not let a user do what it needs to, or lets it do more. */
final class DatabaseAdvice {
    private static final int NO_RIGHTS_IN_SCHEMA = 1044;
    private static final int SHOWN = 5;

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
            return "";
        }
        return role == DatabaseRole.MIGRATOR
                ? "; run " + file(role)
                : "; run emberwatch-collector migrate, then " + file(role);
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
