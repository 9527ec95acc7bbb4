package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.model.Registry.SilencedMachines;
import io.emberwatch.collector.model.Silence;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class SilenceStoreTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @AutoClose
    private final TestDatabase database;

    private final SilenceStore store = new SilenceStore();
    private final int machine;

    SilenceStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @Test
    void a_machine_is_silenced_from_start_to_end() throws SQLException {
        add(Optional.of(machine), NOON, NOON.plusSeconds(60));

        assertThat(silencedAt(NOON.minusMillis(1)).contains(machine)).isFalse();
        assertThat(silencedAt(NOON).contains(machine)).isTrue();
        assertThat(silencedAt(NOON.plusSeconds(59)).contains(machine)).isTrue();
        assertThat(silencedAt(NOON.plusSeconds(60)).contains(machine)).isFalse();
        assertThat(silencedAt(NOON).contains(machine + 1)).isFalse();
    }

    @Test
    void a_silence_may_be_for_all_machines() throws SQLException {
        add(Optional.empty(), NOON, NOON.plusSeconds(60));

        assertThat(silencedAt(NOON).contains(4711)).isTrue();
    }

    @Test
    void a_silence_may_be_ended_early() throws SQLException {
        long silence = add(Optional.of(machine), NOON, NOON.plusSeconds(60));

        assertThat(endAt(silence, NOON.plusSeconds(10))).isTrue();
        assertThat(endAt(silence, NOON.plusSeconds(11))).isFalse();
        assertThat(silencedAt(NOON.plusSeconds(10)).contains(machine)).isFalse();
    }

    @Test
    void all_silences_of_a_machine_may_be_ended_at_once() throws SQLException {
        add(Optional.of(machine), NOON, NOON.plusSeconds(60));
        add(Optional.of(machine), NOON, NOON.plusSeconds(90));
        add(Optional.empty(), NOON, NOON.plusSeconds(90));

        int ended = database.database().transact(connection -> store.endAll(connection, machine, NOON.plusSeconds(1)));
        assertThat(ended).isEqualTo(2);
        assertThat(silencedAt(NOON.plusSeconds(1)).all()).isTrue();
    }

    @Test
    void those_in_force_or_to_come_are_listed() throws SQLException {
        add(Optional.of(machine), NOON.minusSeconds(60), NOON);
        long all = add(Optional.empty(), NOON.plusSeconds(30), NOON.plusSeconds(90));
        long one = add(Optional.of(machine), NOON, NOON.plusSeconds(60));

        Optional<String> why = Optional.of("换风扇");
        List<Silence> listed = database.database().transact(connection -> store.list(connection, NOON));
        assertThat(listed)
                .containsExactly(
                        new Silence(one, Optional.of("gpu07"), NOON, NOON.plusSeconds(60), why),
                        new Silence(all, Optional.empty(), NOON.plusSeconds(30), NOON.plusSeconds(90), why));
    }

    @Test
    void a_silence_that_would_end_before_it_starts_is_refused() {
        assertThatThrownBy(() -> add(Optional.empty(), NOON, NOON)).hasMessageContaining("must end after it starts");
    }

    private long add(Optional<Integer> machineId, Instant from, Instant to) throws SQLException {
        return database.database()
                .transact(connection -> store.add(connection, machineId, from, to, Optional.of("换风扇")));
    }

    private boolean endAt(long silence, Instant now) throws SQLException {
        return database.database().transact(connection -> store.end(connection, silence, now));
    }

    private SilencedMachines silencedAt(Instant now) throws SQLException {
        return database.database().transact(connection -> store.silencedMachines(connection, now));
    }
}
