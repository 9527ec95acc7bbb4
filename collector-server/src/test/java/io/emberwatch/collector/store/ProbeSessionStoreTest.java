package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.store.ProbeSessionStore.Advance;
import io.emberwatch.collector.store.ProbeSessionStore.HistoryRow;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.AcknowledgedRange;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class ProbeSessionStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final UUID BOOT = new UUID(1, 2);
    private static final HistoryRow HISTORY =
            new HistoryRow(3, Optional.of(NOON.minusSeconds(60)), Optional.of(NOON.minusSeconds(30)));

    @AutoClose
    private final TestDatabase database;

    private final ProbeSessionStore store = new ProbeSessionStore();
    private final int machine;

    ProbeSessionStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @Test
    void what_is_stored_and_what_is_still_to_come_is_read_as_it_was_noted() throws SQLException {
        open(BOOT);
        AcknowledgedRange acknowledged = new AcknowledgedRange(900, 101, 500);
        advance(List.of(new Advance(machine, acknowledged, Optional.of(NOON), HISTORY)));

        ProbeSessionRow row = open(BOOT);
        assertThat(row.epoch()).isEqualTo(2);
        assertThat(row.acknowledged()).isEqualTo(acknowledged);
        assertThat(row.lastTakenAt()).contains(NOON);
        assertThat(row.history()).isEqualTo(HISTORY);

        advance(List.of(new Advance(machine, AcknowledgedRange.upTo(900), Optional.of(NOON), HISTORY)));
        assertThat(database.query("SELECT COALESCE(history_from, history_to, 'none') FROM probe_session"))
                .containsExactly("none");
    }

    @Test
    void a_numbering_that_begins_anew_has_no_history_to_come() throws SQLException {
        open(BOOT);
        advance(List.of(new Advance(machine, new AcknowledgedRange(900, 101, 500), Optional.of(NOON), HISTORY)));

        assertThat(open(new UUID(3, 4)).acknowledged()).isEqualTo(AcknowledgedRange.NOTHING);
    }

    @Test
    void many_machines_advance_in_one_statement_and_each_by_its_own() throws SQLException {
        List<Advance> advances = new ArrayList<>();
        open(BOOT);
        advances.add(new Advance(machine, AcknowledgedRange.upTo(5), Optional.empty(), HistoryRow.NONE));
        for (int i = 1; i <= 200; i++) {
            int other = Registered.machine(database, "box" + i);
            open(other, BOOT);
            advances.add(new Advance(other, new AcknowledgedRange(1000 + i, i, 500), Optional.of(NOON), HISTORY));
        }

        advance(advances);

        assertThat(database.query("SELECT COUNT(*) FROM probe_session WHERE last_sequence - history_from = 1000"))
                .containsExactly("200");
        assertThat(database.query("SELECT CONCAT_WS(' ', last_sequence, last_taken_at, history_from, history_epoch)"
                        + " FROM probe_session WHERE machine_id = " + machine))
                .containsExactly("5");
    }

    /** Noting progress must not wait for an admin who has begun to change the machine and gone for a coffee. */
    @Test
    void progress_is_noted_while_the_machine_itself_is_being_changed() throws SQLException {
        open(BOOT);
        try (Connection admin = database.connect();
                Statement statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("UPDATE machine SET location = 'cellar'");

            advance(List.of(new Advance(machine, AcknowledgedRange.upTo(5), Optional.of(NOON), HistoryRow.NONE)));

            admin.rollback();
        }
        assertThat(database.query("SELECT last_sequence FROM probe_session")).containsExactly("5");
    }

    private ProbeSessionRow open(UUID bootId) throws SQLException {
        return open(machine, bootId);
    }

    private ProbeSessionRow open(int machineId, UUID bootId) throws SQLException {
        return database.database()
                .transact(connection -> store.open(
                        connection,
                        new ProbeSessionStore.Opening(machineId, bootId, "192.0.2.1:5", "1.0", Duration.ZERO)));
    }

    private void advance(List<Advance> advances) throws SQLException {
        database.database().transact(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET innodb_lock_wait_timeout = 2");
            }
            store.advance(connection, advances);
            return true;
        });
    }
}
