package io.emberwatch.probe.cli;

import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.ConfException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine's key, wherever it is kept. */
final class KeySource {
    private KeySource() {}

    /** @throws ConfException if both are given, or the file cannot be read or holds no key */
    static Optional<MachineKey> of(Optional<MachineKey> inline, Optional<Path> file) {
        if (inline.isPresent() && file.isPresent()) {
            throw new ConfException("set " + Key.MACHINE_KEY + " or " + Key.MACHINE_KEY_FILE + ", not both");
        }
        return inline.or(() -> file.map(KeySource::read));
    }

    private static MachineKey read(Path file) {
        try {
            return MachineKey.parse(Files.readString(file).strip());
        } catch (IOException e) {
            throw new ConfException(
                    Key.MACHINE_KEY_FILE + " = " + file + ": cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        } catch (IllegalArgumentException e) {
            throw new ConfException(Key.MACHINE_KEY_FILE + " = " + file + ": the key " + e.getMessage(), e);
        }
    }
}
