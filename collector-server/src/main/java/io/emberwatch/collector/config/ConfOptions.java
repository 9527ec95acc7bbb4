package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.Key;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Some keys as options of a command: a mixin, which has the values in force once the command line was read. What no
 * flag gives comes from the {@link Configuration}, else it is the default.
 */
public class ConfOptions {
    private final String[] topics;
    private CommandSpec spec;

    /** @param topics what the names of the keys begin with */
    ConfOptions(String... topics) {
        this.topics = topics.clone();
    }

    @Spec
    final void addOptions(CommandSpec mixin) {
        spec = mixin;
        CollectorKeys.TABLE.keysOf(topics).map(this::option).forEach(mixin::addOption);
    }

    /** The value of a key of these topics that has a default. */
    public final <T> T get(Key<T> key) {
        return find(key).orElseThrow();
    }

    /** The value of a key of these topics, if it has one. */
    public final <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable(spec.findOption(key.flag()).getValue());
    }

    /** Another name of a flag, for short. */
    Stream<String> alias(Key<?> key) {
        return Stream.empty();
    }

    private OptionSpec option(Key<?> key) {
        return OptionSpec.builder(
                        Stream.concat(Stream.of(key.flag()), alias(key)).toArray(String[]::new))
                .descriptionKey(key.name())
                .paramLabel(key.kind().label())
                .type(Object.class)
                .converters(text -> convert(key, text))
                .defaultValue(key.defaultValue().orElse(null))
                .hidden(key.isSecret())
                .description(key.text().toArray(String[]::new))
                .build();
    }

    private static Object convert(Key<?> key, String text) {
        try {
            return key.kind().parser().apply(text);
        } catch (IllegalArgumentException e) {
            TypeConversionException refusal =
                    new TypeConversionException("must be " + key.kind().allowed());
            refusal.initCause(e);
            throw refusal;
        }
    }
}
