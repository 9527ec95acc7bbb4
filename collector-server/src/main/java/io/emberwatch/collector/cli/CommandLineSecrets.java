package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.ConfReference;
import io.emberwatch.collector.config.Configuration;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.LayeredConf;
import java.util.stream.Stream;

/** Keeps secrets off the command line, where everybody on the host can read them. */
final class CommandLineSecrets {
    private CommandLineSecrets() {}

    /** @throws ConfException that says where the secret belongs, without repeating it */
    static void refuse(String... arguments) {
        for (String key : ConfReference.secretKeys()) {
            String flag = LayeredConf.flag(key);
            if (Stream.of(arguments).anyMatch(word -> word.equals(flag) || word.startsWith(flag + "="))) {
                throw new ConfException(
                        key + " is not taken as a flag, because everybody on this host can read it there:" + " set "
                                + key + "-file, or " + Configuration.environmentVariable(key));
            }
        }
    }
}
