package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.model.Registry.SilencedMachines;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class SilenceStoreTest {
    @AutoClose
    private final TestDatabase database;

    private final SilenceStore store = new SilenceStore();
    private final Instant now = Instant.now();
    private final int machine;

    SilenceStoreTest(TestServer server) {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
    }

    @Test
    void a_machine_is_silenced_from_start_to_end() throws SQLException {
        add(Optional.of(machine), -120, -60);
        assertThat(silenced().contains(machine)).isFalse();
        add(Optional.of(machine), 600, 1200);
        assertThat(silenced().contains(machine)).isFalse();

        add(Optional.of(machine), -60, 600);

        assertThat(silenced().contains(machine)).isTrue();
        assertThat(silenced().contains(machine + 1)).isFalse();
    }

    @Test
    void a_silence_may_be_for_all_machines() throws SQLException {
        add(Optional.empty(), -60, 600);

        assertThat(silenced().contains(4711)).isTrue();
    }

    @Test
    void silences_of_a_machine_are_ended_before_their_time_but_not_those_of_all_machines() throws SQLException {
        add(Optional.of(machine), -60, 600);
        add(Optional.of(machine), 300, 900);
        add(Optional.empty(), -60, 600);

        assertThat(end(Optional.of(machine))).isEqualTo(2);
        assertThat(end(Optional.of(machine))).isZero();

        assertThat(silenced()).isEqualTo(new SilencedMachines(true, Set.of()));
    }

    @Test
    void silences_of_all_machines_are_ended_before_their_time_but_not_those_of_one() throws SQLException {
        add(Optional.of(machine), -60, 600);
        add(Optional.empty(), -60, 600);
        add(Optional.empty(), -120, -60);

        assertThat(end(Optional.empty())).isEqualTo(1);

        assertThat(silenced()).isEqualTo(new SilencedMachines(false, Set.of(machine)));
    }

    @Test
    void a_silence_that_would_end_before_it_starts_is_refused() {
        assertThatThrownBy(() -> add(Optional.empty(), 0, 0)).hasMessageContaining("must end after it starts");
    }

    private void add(Optional<Integer> machineId, int fromS, int toS) throws SQLException {
        database.database()
                .transact(connection -> store.add(
                        connection, machineId, now.plusSeconds(fromS), now.plusSeconds(toS), Optional.of("换风扇")));
    }

    private int end(Optional<Integer> machineId) throws SQLException {
        return database.database().transact(connection -> store.end(connection, machineId, now.minusSeconds(1)));
    }

    /** By the database's clock. */
    private SilencedMachines silenced() throws SQLException {
        return database.database()
                .transact(connection -> new RegistryStore().load(connection).silenced());
    }
}
