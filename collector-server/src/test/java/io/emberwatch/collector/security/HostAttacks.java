package io.emberwatch.collector.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.net.tls.ServerIdentity;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.LogLines;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.RefusalCode;
import io.emberwatch.protocol.auth.MachineKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.awaitility.Awaitility;

/** By somebody who names things, or has got hold of a part of the collector's host. */
final class HostAttacks {
    static final Map<String, Attack> ALL = Map.of(
            "hostile-texts", HostAttacks::nameThings,
            "reader-account", HostAttacks::readSecrets,
            "database-copy", HostAttacks::useWhatIsStored,
            "local-user", HostAttacks::openFiles);

    private HostAttacks() {}

    private static void nameThings(Defended defended) throws Exception {
        String machines =
                defended.database.query("SELECT COUNT(*) FROM machine").get(0);
        for (String hostile : HostileTexts.stored().toList()) {
            try (LogLines log = LogLines.record();
                    ProtocolClient probe = defended.session(defended.accomplice())) {
                probe.send(
                        new Inventory(hostile, hostile, "", "", "", 1, 1, hostile, List.of(), "", OptionalInt.empty()));
                Awaitility.await()
                        .untilAsserted(() -> assertThat(defended.database.query(
                                        "SELECT HEX(hostname) FROM machine_inventory WHERE machine_id = "
                                                + defended.accomplice().id()))
                                .containsExactly(hex(hostile)));
                assertThat(log.with(""))
                        .allSatisfy(line -> assertThat(HostileTexts.isHarmlessOnATerminal(line))
                                .isTrue());
            }
        }
        assertThat(defended.database.query("SELECT COUNT(*) FROM machine")).containsExactly(machines);
    }

    private static void readSecrets(Defended defended) {
        for (String sql : List.of(
                "SELECT * FROM machine_key",
                "SELECT * FROM enroll_token",
                "UPDATE machine_limit SET raise_at = 1000",
                "DELETE FROM reading")) {
            assertThatThrownBy(() -> asReader(defended, sql))
                    .as(sql)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("denied");
        }
    }

    private static void asReader(Defended defended, String sql) throws SQLException {
        try (Connection reader = defended.database.connect(DatabaseRole.READER);
                Statement statement = reader.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void useWhatIsStored(Defended defended) throws Exception {
        String name = defended.victim().name();
        for (String column : List.of("stored_key", "collector_key")) {
            byte[] stored = HexFormat.of()
                    .parseHex(defended.database
                            .query("SELECT HEX(" + column + ") FROM machine_key WHERE machine_id = "
                                    + defended.victim().id())
                            .get(0));
            MachineKey key =
                    MachineKey.parse(Base64.getUrlEncoder().withoutPadding().encodeToString(stored));
            assertThat(defended.turnedAway(name, key).code()).isEqualTo(RefusalCode.NOT_AUTHENTICATED);
        }
    }

    private static void openFiles(Defended defended) throws Exception {
        Path folder = Files.createTempDirectory("local-user").resolve("tls");
        ServerIdentity.load(Optional.of(new TlsSettings(
                new CertificateSource.Own(folder, List.of("localhost")), Optional.empty(), TlsSettings.LOOK_INTERVAL)));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key.pem"))))
                .isEqualTo("rw-------");
    }

    private static String hex(String text) {
        return HexFormat.of().withUpperCase().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
