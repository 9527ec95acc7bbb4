package io.emberwatch.collector.store.embedded;

import io.emberwatch.collector.store.rights.DatabaseRole;
import java.nio.file.Path;

/** A process that uses an embedded database until its input ends: the collector, as its tests see it. */
final class UseEmbeddedMariaDb {
    private UseEmbeddedMariaDb() {}

    public static void main(String[] args) throws Exception {
        try (EmbeddedMariaDb database = EmbeddedMariaDb.startOrConnect(Path.of(args[0]), 16)) {
            System.out.println(database.settings(DatabaseRole.COLLECTOR) == null ? "broken" : "open");
            while (System.in.read() >= 0) {
                // Whatever is said counts for nothing: only the end does.
            }
        }
    }
}
