package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.Fleet;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.auth.MachineKey;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class RegistryStoresTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final OwnerStore owners = new OwnerStore();
    private final MachineStore machines = new MachineStore();
    private final LimitStore limits = new LimitStore();

    @AutoClose
    private final TestDatabase database;

    RegistryStoresTest(TestServer server) {
        database = server.create();
    }

    @Test
    void an_owner_is_found_as_stored_in_any_script() throws SQLException {
        Owner.Details owner = new Owner.Details("李雷 🔥", "lilei@example.org", Optional.of("+86 10"), Optional.of("夜班"));

        int id = in(connection -> owners.add(connection, owner));

        Owner found = in(connection -> owners.find(connection, "李雷 🔥")).orElseThrow();
        assertThat(found.id()).isEqualTo(id);
        assertThat(found.details()).isEqualTo(owner);
    }

    @Test
    void a_machine_is_found_as_stored_with_its_owners_name() throws SQLException {
        Machine.Details machine = new Machine.Details(
                "gpu07",
                addOwner(),
                Optional.of("DGX"),
                Optional.of("机房 3"),
                Optional.of("fd00::7"),
                Optional.of(Duration.ofSeconds(5)),
                Optional.empty());

        int id = in(connection -> machines.add(connection, machine));

        Machine found = in(connection -> machines.find(connection, "gpu07")).orElseThrow();
        assertThat(found.id()).isEqualTo(id);
        assertThat(found.details()).isEqualTo(machine);
        assertThat(found.ownerName()).isEqualTo("lena");
        assertThat(in(machines::list)).containsExactly(found);
    }

    @Test
    void a_machine_has_no_key_until_it_is_given_one_and_then_the_last_one() throws SQLException {
        int id = addMachine();
        assertThat(credentials().machineId()).isEqualTo(id);
        assertThat(credentials().verifier()).isEmpty();

        for (MachineKey key : List.of(MachineKey.random(RANDOM), MachineKey.random(RANDOM))) {
            in(connection -> {
                machines.setKey(connection, id, key.verifier());
                return id;
            });
            assertThat(credentials().verifier()).contains(key.verifier());
        }
        Optional<Machine.Credentials> stranger = in(connection -> machines.credentials(connection, "gpu08"));
        assertThat(stranger).isEmpty();
    }

    @Test
    void a_name_is_given_once() throws SQLException {
        addMachine();

        assertThatThrownBy(() -> in(connection -> owners.add(connection, lena())))
                .isInstanceOf(SQLIntegrityConstraintViolationException.class);
        assertThatThrownBy(this::addMachineOfLena).isInstanceOf(SQLIntegrityConstraintViolationException.class);
    }

    @Test
    void an_owner_goes_only_after_the_machines() throws SQLException {
        int machine = addMachine();
        int owner =
                in(connection -> owners.find(connection, "lena")).orElseThrow().id();

        assertThatThrownBy(() -> remove(owner)).isInstanceOf(SQLIntegrityConstraintViolationException.class);
        in(connection -> {
            machines.remove(connection, machine);
            return 0;
        });
        remove(owner);

        assertThat(in(owners::list)).isEmpty();
    }

    @Test
    void a_limit_is_stored_at_its_place_in_place_of_the_one_before_and_removed() throws SQLException {
        int machine = addMachine();
        database.execute("DELETE FROM fleet_limit");
        for (LimitPlace place : List.of(new Fleet(), new OfMachine(machine), new OfGpu(machine, "GPU-1"))) {
            StoredLimit first = limit(place, Optional.of(new BigDecimal("80.50")));
            StoredLimit second = limit(place, Optional.empty());

            assertThat(listAfterPutting(first)).containsExactly(first);
            assertThat(listAfterPutting(second)).containsExactly(second);
            assertThat(removeLimit(place)).isTrue();
            assertThat(removeLimit(place)).isFalse();
        }
    }

    private List<StoredLimit> listAfterPutting(StoredLimit limit) throws SQLException {
        return in(connection -> {
            limits.put(connection, limit);
            return limits.list(connection);
        });
    }

    private boolean removeLimit(LimitPlace place) throws SQLException {
        return in(connection -> limits.remove(connection, place, "gpu_temp_c", Severity.WARNING));
    }

    private static StoredLimit limit(LimitPlace place, Optional<BigDecimal> raiseAt) {
        return new StoredLimit(
                place, Metric.GPU_TEMP_C.column(), Severity.WARNING, raiseAt, Optional.empty(), Duration.ofSeconds(60));
    }

    private void remove(int owner) throws SQLException {
        in(connection -> {
            owners.remove(connection, owner);
            return 0;
        });
    }

    private int addOwner() throws SQLException {
        return in(connection -> owners.add(connection, lena()));
    }

    private int addMachine() throws SQLException {
        addOwner();
        return addMachineOfLena();
    }

    private int addMachineOfLena() throws SQLException {
        return in(connection -> machines.add(
                connection,
                new Machine.Details(
                        "gpu07",
                        owners.find(connection, "lena").orElseThrow().id(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
    }

    private Machine.Credentials credentials() throws SQLException {
        return in(connection -> machines.credentials(connection, "gpu07")).orElseThrow();
    }

    private static Owner.Details lena() {
        return new Owner.Details("lena", "lena@example.org", Optional.empty(), Optional.empty());
    }

    private <T> T in(Database.Work<T> work) throws SQLException {
        return database.database().transact(work);
    }
}
