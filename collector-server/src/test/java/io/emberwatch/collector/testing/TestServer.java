package io.emberwatch.collector.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The database servers that Emberwatch is tested on. Thread-safe. */
public enum TestServer {
    MARIADB {
        @Override
        public DatabaseServer shared() {
            return SharedMariaDb.SERVER;
        }

        @Override
        ServerSoftware software() {
            return new MariaDbSoftware();
        }
    },
    MYSQL {
        @Override
        public DatabaseServer shared() {
            return SharedMySql.SERVER;
        }

        @Override
        ServerSoftware software() {
            return new MySqlSoftware();
        }
    };

    /** The one server of this kind in this JVM, started when first asked for; not to be stopped by a test. */
    public abstract DatabaseServer shared();

    abstract ServerSoftware software();

    /** A fresh schema on the shared server, with all migrations applied; close it after use. */
    public TestDatabase create() {
        return shared().createDatabase();
    }

    /**
     * A server of the test's own, which it may stop, kill and start again; close it after use.
     *
     * @param options of its command line, which come last and so override others
     */
    public DatabaseServer startPrivate(String... options) {
        try {
            return DatabaseServer.start(software(), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class SharedMariaDb {
        static final DatabaseServer SERVER = MARIADB.startPrivate();
    }

    private static final class SharedMySql {
        static final DatabaseServer SERVER = MYSQL.startPrivate();
    }
}
