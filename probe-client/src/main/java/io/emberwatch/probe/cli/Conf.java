package io.emberwatch.probe.cli;

import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.LayeredConf;
import io.emberwatch.protocol.conf.LayeredConf.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The values that count, as text, and where each comes from: flag before environment before file before default. */
final class Conf {
    static final Path DEFAULT_FILE = Path.of("/etc/emberwatch/probe.conf");

    private final Map<Key, String> flags;
    private final LayeredConf rest;

    /** @param flags those that were given */
    Conf(Map<Key, String> flags, LayeredConf rest) {
        this.flags = Map.copyOf(flags);
        this.rest = rest;
    }

    /**
     * @param file the one named on the command line; without it the default one, which need not exist
     * @param root where the default one is looked for
     */
    static Conf load(Optional<Path> file, Path root, Map<Key, String> flags, Map<String, String> environment) {
        Path standard = defaultFile(root);
        ConfFile read = file.isPresent() || Files.exists(standard)
                ? ConfFile.parse(file.orElse(standard))
                : ConfFile.empty(standard.toString());
        read.requireKnownKeys(Key.all().map(Key::text).toList());
        return new Conf(flags, new LayeredConf(Key.ENVIRONMENT_PREFIX, environment, read));
    }

    static Path defaultFile(Path root) {
        return root.resolve(Path.of("/").relativize(DEFAULT_FILE));
    }

    Optional<Setting> find(Key key) {
        if (flags.containsKey(key)) {
            return Optional.of(new Setting(flags.get(key), key.flag()));
        }
        return rest.find(key.text()).or(() -> key.defaultValue().map(value -> new Setting(value, "default")));
    }

    /**
     * The value, understood by {@code parser}, whose {@link IllegalArgumentException} says what was expected.
     *
     * @throws ConfException that names the key, the value (unless secret), its origin and what was expected
     */
    <T> Optional<T> get(Key key, Function<String, T> parser) {
        return find(key).map(setting -> {
            try {
                return parser.apply(setting.value());
            } catch (IllegalArgumentException e) {
                String shown = key.isSecret() ? "" : " = " + setting.value();
                throw new ConfException(key + shown + " (" + setting.origin() + "): " + e.getMessage(), e);
            }
        });
    }
}
