package io.emberwatch.collector.store.embedded;

import io.emberwatch.collector.testing.ReservedPort;
import java.io.IOException;
import java.nio.file.Path;

/** The port of an embedded database that a test ends and starts again. */
public final class EmbeddedPort {
    private static final String PASSWORD = "0123456789abcdef";

    private EmbeddedPort() {}

    /**
     * Lets the embedded database that will be made in {@code home} listen on {@code port} from its first start on. While
     * it is down nobody else gets that one; the usual one would go to the next database that another test starts.
     */
    public static void choose(Path home, ReservedPort port) throws IOException {
        new EmbeddedAccess(port.number(), PASSWORD, PASSWORD, PASSWORD).store(home);
    }
}
