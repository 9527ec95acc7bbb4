package io.emberwatch.collector.config;

import java.nio.file.Path;
import java.util.Map;

/** Where the collector keeps files. */
public final class DataOptions extends ConfOptions {
    private static final Path OF_THE_SYSTEM = Path.of("/var/lib/emberwatch");

    public DataOptions() {
        super("data");
    }

    /** The folder, which need not exist yet. */
    public Path folder() {
        return find(CollectorKeys.DATA_DIR).orElseGet(DataOptions::defaultFolder);
    }

    /** For trying things out, beside the folder of the real collector and never in it. */
    public static Path demoFolder() {
        Path real = defaultFolder();
        return real.resolveSibling(real.getFileName() + "-demo");
    }

    private static Path defaultFolder() {
        return defaultFolder(System.getProperty("user.name"), System.getenv());
    }

    /** The system's folder for root (services name it themselves), else one in the user's home. */
    static Path defaultFolder(String user, Map<String, String> environment) {
        if (user.equals("root")) {
            return OF_THE_SYSTEM;
        }
        String data = environment.get("XDG_DATA_HOME");
        Path base = data != null && data.startsWith("/")
                ? Path.of(data)
                : Path.of(System.getProperty("user.home"), ".local", "share");
        return base.resolve("emberwatch");
    }
}
