package io.emberwatch.probe.cli;

import io.emberwatch.protocol.KeyProof;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.conf.ConfException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The machine's key, wherever it is kept. Prints without the secret. */
final class MachineKey {
    private final String secret;

    private MachineKey(String secret) {
        this.secret = secret;
    }

    /** @throws ConfException if both are given, or the file cannot be read or holds no key */
    static Optional<MachineKey> of(Optional<String> inline, Optional<Path> file) {
        if (inline.isPresent() && file.isPresent()) {
            throw new ConfException("set " + Key.MACHINE_KEY + " or " + Key.MACHINE_KEY_FILE + ", not both");
        }
        return inline.or(() -> file.map(MachineKey::read)).map(MachineKey::new);
    }

    /** @throws IllegalArgumentException that says what was expected */
    static String check(String secret) {
        int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > WireLimits.MAX_KEY_PROOF_BYTES) {
            throw new IllegalArgumentException(
                    "must be 1 to " + WireLimits.MAX_KEY_PROOF_BYTES + " bytes long, but has " + bytes);
        }
        return secret;
    }

    KeyProof proof() {
        return new KeyProof(KeyProof.PLAIN_KEY, secret.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Path file) {
        try {
            return check(Files.readString(file).strip());
        } catch (IOException e) {
            throw new ConfException(
                    Key.MACHINE_KEY_FILE + " = " + file + ": cannot be read ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        } catch (IllegalArgumentException e) {
            throw new ConfException(Key.MACHINE_KEY_FILE + " = " + file + ": the key " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "MachineKey[secret]";
    }
}
