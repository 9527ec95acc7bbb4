package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.CollectorKeys;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.Key;
import java.util.stream.Stream;

/** Keeps secrets off the command line, where everybody on the host can read them. */
final class CommandLineSecrets {
    private CommandLineSecrets() {}

    /** @throws ConfException that says where the secret belongs, without repeating it */
    static void refuse(String... arguments) {
        CollectorKeys.TABLE.keys().stream()
                .filter(Key::isSecret)
                .filter(key -> Stream.of(arguments)
                        .anyMatch(word -> word.equals(key.flag()) || word.startsWith(key.flag() + "=")))
                .findFirst()
                .ifPresent(key -> {
                    throw new ConfException(key
                            + " is not taken as a flag, because everybody on this host can read it there: set " + key
                            + "-file, or " + CollectorKeys.TABLE.environmentVariable(key.name()));
                });
    }
}
