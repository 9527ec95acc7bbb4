package io.emberwatch.protocol.conf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every key of a daemon, in the order of its sample file. Immutable.
 *
 * @param environmentPrefix begins the environment variables of all keys, for example {@code EMBERWATCH_PROBE_}
 * @param retired former keys: they have no effect, and a configuration that still sets one is warned about, not refused
 */
public record KeyTable(String environmentPrefix, List<Key<?>> keys, List<String> retired) {
    public KeyTable {
        keys = List.copyOf(keys);
        retired = List.copyOf(retired);
    }

    public List<String> names() {
        return keys.stream().map(Key::name).toList();
    }

    /** The keys of some topics, for instance {@code tls} and all that begin with {@code tls.}. */
    public Stream<Key<?>> keysOf(String... topics) {
        return keys.stream()
                .filter(key -> Stream.of(topics).anyMatch(topic -> (key.name() + ".").startsWith(topic + ".")));
    }

    /** The key of this name; empty if there is none, or none any more. */
    public Optional<Key<?>> find(String name) {
        return keys.stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /** The option of the command line that sets a key: {@code --sampling-interval}. */
    public static String flag(String name) {
        return "--" + name.replace('.', '-');
    }

    /** What stands for a key in the environment: {@code EMBERWATCH_PROBE_SAMPLING_INTERVAL}. */
    public String environmentVariable(String name) {
        return environmentPrefix + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** A configuration file in which every key is explained and commented out. */
    public String sample(String head) {
        return keys.stream().map(Key::sample).collect(Collectors.joining("\n", head + "\n", ""));
    }

    /**
     * Takes the declarations of keys, each of which is also a constant for those who read its value. Not thread-safe.
     */
    public static final class Builder {
        private final List<Key<?>> keys = new ArrayList<>();

        /** A key that has a default. */
        public <T> Draft<T> key(String name, Kind<T> kind, String defaultValue) {
            return new Draft<>(new Key<>(name, kind, Optional.of(defaultValue), "", "", List.of()));
        }

        /** A key that may have no value; {@code unset} says what holds then. */
        public <T> Draft<T> optional(String name, Kind<T> kind, String unset) {
            return new Draft<>(new Key<>(name, kind, Optional.empty(), unset, "", List.of()));
        }

        public KeyTable build(String environmentPrefix, String... retired) {
            return new KeyTable(environmentPrefix, keys, List.of(retired));
        }

        /** A key of which the text is missing. */
        public final class Draft<T> {
            private final Key<T> key;

            private Draft(Key<T> key) {
                this.key = key;
            }

            /** What the sample file shows for want of a default. */
            public Draft<T> example(String example) {
                return new Draft<>(
                        new Key<>(key.name(), key.kind(), key.defaultValue(), key.unset(), example, List.of()));
            }

            /** Lines that say what the key is for; completes it. */
            public Key<T> text(String... lines) {
                Key<T> complete = new Key<>(
                        key.name(), key.kind(), key.defaultValue(), key.unset(), key.example(), List.of(lines));
                keys.add(complete);
                return complete;
            }
        }
    }
}
