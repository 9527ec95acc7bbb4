package io.emberwatch.protocol.conf;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a setting that no flag gives comes from: the environment before the file. Thread-safe.
 *
 * <p>A key's environment variable is the prefix and the key in capitals, with {@code _} for dots and hyphens: {@code
 * sampling.interval} is {@code EMBERWATCH_PROBE_SAMPLING_INTERVAL}. Its flag has hyphens for dots: {@code
 * --sampling-interval}.
 */
public final class LayeredConf {
    private final String environmentPrefix;
    private final Map<String, String> environment;
    private final ConfFile file;

    /** @param environmentPrefix for example {@code EMBERWATCH_PROBE_} */
    public LayeredConf(String environmentPrefix, Map<String, String> environment, ConfFile file) {
        this.environmentPrefix = environmentPrefix;
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

    /** The value that counts for this key. */
    public Optional<Setting> find(String key) {
        String variable = environmentVariable(environmentPrefix, key);
        String value = environment.get(variable);
        if (value != null) {
            return Optional.of(new Setting(value, variable));
        }
        return file.find(key).map(entry -> new Setting(entry.value(), file.name() + " line " + entry.line()));
    }

    public static String environmentVariable(String prefix, String key) {
        return prefix + key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    public static String flag(String key) {
        return "--" + key.replace('.', '-');
    }
}
