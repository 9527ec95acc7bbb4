package io.emberwatch.protocol.conf;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The values in force, and where each comes from: a flag before the environment before the file before the default.
 * Immutable.
 */
public final class Conf {
    private final KeyTable table;
    private final Map<String, String> flags;
    private final Map<String, String> environment;
    private final ConfFile file;

    /**
     * @param flags by the names of keys
     * @throws ConfException if the file sets a key that does not exist
     */
    public Conf(KeyTable table, Map<String, String> flags, Map<String, String> environment, ConfFile file) {
        file.requireKnownKeys(table);
        this.table = table;
        this.flags = Map.copyOf(flags);
        this.environment = Map.copyOf(environment);
        this.file = file;
    }

    /**
     * A value and where it was found. Prints without the value, which may be a secret.
     *
     * @param origin for messages, for example {@code /etc/emberwatch/probe.conf line 3}
     */
    public record Setting(String value, String origin) {
        @Override
        public String toString() {
            return "Setting[" + origin + "]";
        }
    }

    /** The value that counts for a key, as it stands there; empty if there is none. */
    public Optional<Setting> find(Key<?> key) {
        return given(key.name()).or(() -> key.defaultValue().map(value -> new Setting(value, "default")));
    }

    /**
     * The value that counts for a key; empty if there is none.
     *
     * @throws ConfException that names the key, the value unless it is secret, its origin and what was expected
     */
    public <T> Optional<T> get(Key<T> key) {
        return find(key).map(setting -> {
            try {
                return key.kind().parser().apply(setting.value());
            } catch (IllegalArgumentException e) {
                String shown = key.isSecret() ? "" : " = " + setting.value();
                throw new ConfException(key + shown + " (" + setting.origin() + "): " + e.getMessage(), e);
            }
        });
    }

    /** The value of a key that has a default. */
    public <T> T require(Key<T> key) {
        return get(key).orElseThrow();
    }

    /** A line for each retired key that is still set. */
    public Stream<String> warnings() {
        return table.retired().stream()
                .flatMap(name -> given(name).stream()
                        .map(setting -> setting.origin() + ": " + name + " has no effect any more; "
                                + (setting.origin().startsWith(file.name() + " line ") ? "the line" : "it")
                                + " can be removed"));
    }

    private Optional<Setting> given(String name) {
        String flag = flags.get(name);
        String variable = table.environmentVariable(name);
        if (flag != null) {
            return Optional.of(new Setting(flag, KeyTable.flag(name)));
        }
        return Optional.ofNullable(environment.get(variable))
                .map(value -> new Setting(value, variable))
                .or(() -> file.find(name)
                        .map(entry -> new Setting(entry.value(), file.name() + " line " + entry.line())));
    }
}
