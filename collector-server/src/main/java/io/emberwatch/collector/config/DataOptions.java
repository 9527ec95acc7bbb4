package io.emberwatch.collector.config;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where the collector keeps files. */
public final class DataOptions {
    private static final Path OF_THE_SYSTEM = Path.of("/var/lib/emberwatch");

    @Option(
            names = "--data-dir",
            descriptionKey = "data.dir",
            paramLabel = "FOLDER",
            converter = Kinds.AbsolutePath.class,
            description = {
                "Where the embedded database, the collector's own certificate and the mails of mail.url = file: are",
                "kept."
            })
    private Path folder;

    /** The folder, which need not exist yet. */
    public Path folder() {
        return folder != null ? folder : defaultFolder(System.getProperty("user.name"), System.getenv());
    }

    /** For trying things out, beside the folder of the real collector and never in it. */
    public static Path demoFolder() {
        Path real = defaultFolder(System.getProperty("user.name"), System.getenv());
        return real.resolveSibling(real.getFileName() + "-demo");
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
