package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.testing.DatabaseServer;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.collector.testing.Tries;
import io.emberwatch.protocol.Metric;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EveryServer
class RegistryWatchTest {
    @AutoClose
    private final TestDatabase database;

    private final TestServer server;

    @AutoClose
    private RegistryWatch watch;

    private int machine;

    RegistryWatchTest(TestServer server) {
        this.server = server;
        database = server.create();
    }

    @BeforeEach
    void one_machine_with_a_limit() throws SQLException {
        database.execute("INSERT INTO owner (name, mail) VALUES ('lena', 'lena@example.org')");
        database.execute("INSERT INTO machine (name, owner_id) SELECT 'gpu07', id FROM owner");
        database.execute("INSERT INTO machine_key (machine_id, stored_key, collector_key)"
                + " SELECT id, REPEAT('k', 32), REPEAT('c', 32) FROM machine");
        machine = Integer.parseInt(database.query("SELECT id FROM machine").get(0));
        database.execute(
                "INSERT INTO machine_limit VALUES (" + machine + ", '', 'cpu_temp_c', 'critical', 85, NULL, 30)");
        watch = RegistryWatch.withoutTimer(database.database());
    }

    @Test
    void a_limit_changed_with_sql_counts_after_the_next_poll() {
        assertThat(limit()).contains(new Limit(85, 85, Duration.ofSeconds(30)));

        database.execute("UPDATE machine_limit SET raise_at = 70, clear_at = 60, for_s = 0");
        watch.poll();

        assertThat(limit()).contains(new Limit(70, 60, Duration.ZERO));
    }

    @Test
    void every_change_is_noticed_once() {
        List<String> changes = List.of(
                "UPDATE machine_key SET stored_key = REPEAT('x', 32)",
                "UPDATE machine SET sampling_interval_s = 10",
                "UPDATE fleet_limit SET for_s = 61 WHERE metric = 'cpu_temp_c' AND severity = 'warning'",
                "DELETE FROM fleet_limit WHERE metric = 'silent_s'",
                "UPDATE machine_limit SET raise_at = NULL, clear_at = 85",
                "UPDATE machine_limit SET component = 'GPU-1'",
                "INSERT INTO silence (starts_at, ends_at) VALUES ('2020-01-01', '2100-01-01')",
                "INSERT INTO gpu (machine_id, uuid, slot, model, pci_bus_id, first_seen_at, last_seen_at, retired_at)"
                        + " SELECT id, 'GPU-a', 0, '', '', '2026-01-01', '2026-01-01', '2026-01-02' FROM machine",
                "UPDATE gpu SET retired_at = NULL",
                "DELETE FROM machine");
        List<Registry> heard = new ArrayList<>();
        watch.onLook((registry, readAtNanos) -> heard.add(registry));

        for (String change : changes) {
            Registry before = watch.current();
            watch.poll();
            database.execute(change);
            watch.poll();
            watch.poll();
            assertThat(watch.current()).as(change).isNotSameAs(before);
            assertThat(heard).as(change).containsExactly(before, watch.current(), watch.current());
            heard.clear();
        }
    }

    @Test
    void a_removed_or_rekeyed_machine_is_no_longer_admitted() throws SQLException {
        Machine.Credentials credentials = database.database()
                .transact(connection -> new MachineStore().credentials(connection, "gpu07"))
                .orElseThrow();
        assertThat(watch.current().stillAdmits(credentials)).isTrue();

        database.execute("UPDATE machine_key SET stored_key = REPEAT('x', 32)");
        watch.poll();
        assertThat(watch.current().stillAdmits(credentials)).isFalse();

        database.execute("DELETE FROM machine_key");
        watch.poll();
        assertThat(watch.current().stillAdmits(credentials)).isFalse();

        database.execute("DELETE FROM machine");
        watch.poll();
        assertThat(watch.current().stillAdmits(credentials)).isFalse();
    }

    @Test
    void a_silence_counts_while_it_lasts_and_without_anybody_touching_it() {
        // Anew each time: on a busy machine one may be over before it is looked at.
        await().untilAsserted(() -> {
            database.execute("DELETE FROM silence");
            database.execute("INSERT INTO silence (machine_id, starts_at, ends_at) VALUES (" + machine
                    + ", '2020-01-01', UTC_TIMESTAMP(3) + INTERVAL 3 SECOND)");
            watch.poll();
            assertThat(watch.current().silenced().contains(machine)).isTrue();
        });

        await().untilAsserted(() -> {
            watch.poll();
            assertThat(watch.current().silenced().contains(machine)).isFalse();
        });
    }

    @Test
    void sql_is_followed_within_five_seconds() throws SQLException {
        try (RegistryWatch running = RegistryWatch.start(database.database())) {
            AtomicInteger seconds = new AtomicInteger(100);
            Tries.untilOneTakesLessThan(Duration.ofSeconds(5), () -> {
                Duration changed = Duration.ofSeconds(seconds.incrementAndGet());
                database.execute("UPDATE machine_limit SET for_s = " + changed.toSeconds());
                await().until(() -> limit(running).equals(Optional.of(new Limit(85, 85, changed))));
            });
            database.execute("DELETE FROM machine_limit");
            await().until(() -> limit(running).equals(Optional.of(new Limit(90, 85, Duration.ofSeconds(10)))));
        }
    }

    @Test
    void the_last_registry_holds_while_the_database_is_away() throws SQLException {
        try (DatabaseServer own = server.startPrivate();
                TestDatabase there = own.createDatabase();
                RegistryWatch following = RegistryWatch.withoutTimer(there.database())) {
            Registry last = following.current();
            own.stop();
            following.poll();
            assertThat(following.current()).isSameAs(last);

            own.start();
            there.execute("DELETE FROM fleet_limit");
            await().untilAsserted(() -> {
                following.poll();
                assertThat(following.current().limits().ofFleet()).isEmpty();
            });
        }
    }

    private Optional<Limit> limit() {
        return limit(watch);
    }

    private Optional<Limit> limit(RegistryWatch of) {
        return of.current().limitsOf(machine).find("", Metric.CPU_TEMP_C, Severity.CRITICAL);
    }
}
