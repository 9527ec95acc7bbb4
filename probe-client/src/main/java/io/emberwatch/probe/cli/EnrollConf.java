package io.emberwatch.probe.cli;

import io.emberwatch.probe.enroll.ConfEdit;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.auth.EnrollToken;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.conf.Conf;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.ConfFile;
import io.emberwatch.protocol.conf.HostPort;
import io.emberwatch.protocol.conf.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration file as enrollment finds it, and as it is to be.
 *
 * @param lines what stands in it now
 * @param access the collector that the token names
 * @param earlierName the name that the machine has in it
 */
record EnrollConf(Path file, List<String> lines, CollectorAccess access, Optional<String> earlierName) {
    private static final List<String> NEW_FILE =
            List.of("# Configuration of the Emberwatch probe, begun by emberwatch-probe enroll.", "");
    /** As long as a key, so that a disk without room shows before the token is used. */
    private static final String PLACEHOLDER = "x".repeat(43);

    /**
     * @param environment for what is not the token's, as a client certificate
     * @throws ConfException if the token must not be used, or the file is wrong or has a key that is not to be replaced
     */
    static EnrollConf of(Path file, EnrollToken token, boolean replace, Map<String, String> environment) {
        List<String> lines = Files.exists(file) ? linesOf(file) : NEW_FILE;
        ConfFile found = ConfFile.parse(file.toString(), lines);
        Conf conf = new Conf(ProbeKeys.TABLE, Map.of(), environment, found);
        if (!replace) {
            requireNoKey(found);
        }
        CollectorAccess access =
                new CollectorAccess(address(token), token.trust(), CollectorAccess.clientCertificate(conf));
        if (token.trust() instanceof CollectorTrust.PlainText
                && !access.address().isLoopback()) {
            throw new ConfException(
                    "the token leads to " + access.address() + " without TLS, so anybody in between could"
                            + " take it: turn TLS on at the collector and ask for a new token");
        }
        return new EnrollConf(
                file, lines, access, conf.find(ProbeKeys.MACHINE_NAME).map(Conf.Setting::value));
    }

    /** All of the file but the key. */
    String draft(String machineName) {
        return content(machineName, PLACEHOLDER);
    }

    String with(String machineName, MachineKey key) {
        return content(machineName, key.text());
    }

    private String content(String machineName, String key) {
        Map<String, String> set = new LinkedHashMap<>();
        set.put(ProbeKeys.COLLECTOR_ADDRESS.name(), access.address().toString());
        set.put(ProbeKeys.COLLECTOR_TLS.name(), access.trust().toString());
        set.put(ProbeKeys.MACHINE_NAME.name(), machineName);
        set.put(ProbeKeys.MACHINE_KEY.name(), key);
        List<String> edited = ConfEdit.apply(lines, set, List.of(ProbeKeys.MACHINE_KEY_FILE.name()));
        requireReadBack(edited, set);
        return String.join("\n", edited) + "\n";
    }

    /** A token may name an address that a configuration cannot hold. */
    private void requireReadBack(List<String> edited, Map<String, String> set) {
        ConfFile readBack = ConfFile.parse(file.toString(), edited);
        set.forEach((key, value) -> {
            if (readBack.find(key).filter(entry -> entry.value().equals(value)).isEmpty()) {
                throw new ConfException(
                        key + " of this token cannot be written into a configuration: ask for a new token");
            }
        });
    }

    private static HostPort address(EnrollToken token) {
        try {
            return HostPort.parse(token.address(), ProbeKeys.DEFAULT_PORT);
        } catch (IllegalArgumentException e) {
            throw new ConfException("the address in the token " + e.getMessage() + ": ask for a new token", e);
        }
    }

    private static void requireNoKey(ConfFile found) {
        for (Key<?> key : List.of(ProbeKeys.MACHINE_KEY, ProbeKeys.MACHINE_KEY_FILE)) {
            found.find(key.name()).ifPresent(entry -> {
                throw new ConfException(
                        found.name() + " line " + entry.line() + " has a key already, so this host may be a"
                                + " machine: --replace gives it the new one, and the old one is lost");
            });
        }
    }

    private static List<String> linesOf(Path file) {
        try {
            ConfFile.parse(file);
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
