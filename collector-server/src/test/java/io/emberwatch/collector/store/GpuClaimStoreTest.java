package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.GpuClaim;
import io.emberwatch.collector.model.GpuClaim.Verdict;
import io.emberwatch.collector.store.GpuClaimStore.Claims;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@EveryServer
class GpuClaimStoreTest {
    @AutoClose
    private final TestDatabase database;

    private final GpuClaimStore store = new GpuClaimStore();
    private final int first;
    private final int second;

    GpuClaimStoreTest(TestServer server) throws SQLException {
        database = server.create();
        first = machine("box1");
        second = machine("box2");
    }

    @BeforeEach
    void both_show_a_card_and_have_others() throws SQLException {
        show(first, "GPU-a", "GPU-b", "card-1", "PCI-0000:3b:00.0");
        show(second, "GPU-a", "GPU-c", "card-1", "PCI-0000:3b:00.0");
    }

    @Test
    void only_cards_that_two_machines_have_and_that_name_themselves_are_claimed_twice() throws SQLException {
        Claims claims = claims();

        assertThat(claims.byUuid()).containsOnlyKeys("GPU-a");
        assertThat(claims.byUuid().get("GPU-a")).extracting(GpuClaim::machine).containsExactly("box1", "box2");
        assertThat(claims.byUuid().get("GPU-a"))
                .allSatisfy(claim -> assertThat(claim.isShown()).isTrue());
    }

    @Test
    void what_is_noted_is_read_again() throws SQLException {
        GpuClaim claim = claimOf("box2");
        Instant now = claims().now();
        Verdict conflict = new Verdict(false, Optional.of(now), Optional.of(now.minusSeconds(1)));
        note(claim, conflict);
        assertThat(conflict.isKnownOf(claimOf("box2"))).isTrue();
        assertThat(conflict.isKnownOf(claimOf("box1"))).isFalse();

        note(claim, new Verdict(true, Optional.empty(), Optional.empty()));
        assertThat(retired()).containsExactly("box2 GPU-a");
        assertThat(claims().byUuid()).isEmpty();
    }

    @Test
    void a_conflict_whose_other_machine_is_retired_comes_up_once_more() throws SQLException {
        note(claimOf("box1"), new Verdict(false, Optional.of(Instant.now()), Optional.empty()));
        database.execute("UPDATE gpu SET retired_at = UTC_TIMESTAMP(3) WHERE machine_id = " + second);

        assertThat(claims().byUuid().get("GPU-a")).extracting(GpuClaim::machine).containsExactly("box1");
    }

    @Test
    void a_machine_that_has_named_the_card_meanwhile_is_left_alone() throws SQLException {
        GpuClaim claim = claimOf("box1");
        database.execute("UPDATE gpu SET last_seen_at = last_seen_at + INTERVAL 1 SECOND");

        note(claim, new Verdict(true, Optional.empty(), Optional.empty()));

        assertThat(retired()).isEmpty();
    }

    @Test
    void a_claim_begins_anew_after_a_minute_without_it() throws SQLException {
        pass(Duration.ofSeconds(50));
        Instant begun = claimOf("box1").since();
        show(first);
        show(first, "GPU-a");
        assertThat(claimOf("box1").since()).isEqualTo(begun);

        pass(Duration.ofSeconds(61));
        show(first, "GPU-a");
        assertThat(claimOf("box1").since())
                .isAfter(begun)
                .isEqualTo(claimOf("box1").namedAt());
    }

    @Test
    void what_the_last_of_many_inventories_in_a_moment_does_not_name_is_not_shown() throws SQLException {
        for (int moment = 0; moment < 50; moment++) {
            database.database().transact(connection -> {
                show(connection, first, "GPU-a");
                show(connection, first);
                return first;
            });
            assertThat(claimOf("box1").isShown()).isFalse();
        }
    }

    /** All that was named was named so much earlier. */
    private void pass(Duration time) {
        database.execute("UPDATE gpu SET shown_since = shown_since - INTERVAL " + time.toSeconds()
                + " SECOND, last_seen_at = last_seen_at - INTERVAL " + time.toSeconds() + " SECOND");
    }

    private int machine(String name) throws SQLException {
        int id = Registered.machine(database, name);
        database.database()
                .transact(connection -> new ProbeSessionStore()
                        .open(
                                connection,
                                new ProbeSessionStore.Opening(id, new UUID(1, 2), "10.0.0.1:5", "1.0", Duration.ZERO)));
        return id;
    }

    private void show(int machineId, String... uuids) throws SQLException {
        database.database().transact(connection -> {
            show(connection, machineId, uuids);
            return machineId;
        });
    }

    private static void show(Connection connection, int machineId, String... uuids) throws SQLException {
        List<GpuInfo> gpus = Stream.of(uuids)
                .map(uuid -> GpuInfo.withoutLimits(uuid, "H200", ""))
                .toList();
        new InventoryStore()
                .put(
                        connection,
                        machineId,
                        new Inventory("box", "", "", "", "", 1, 1, "none", gpus, "", OptionalInt.empty()));
    }

    private Claims claims() throws SQLException {
        return database.database().transact(store::list);
    }

    private GpuClaim claimOf(String machine) throws SQLException {
        return claims().byUuid().get("GPU-a").stream()
                .filter(claim -> claim.machine().equals(machine))
                .findFirst()
                .orElseThrow();
    }

    private void note(GpuClaim claim, Verdict found) throws SQLException {
        Instant now = claims().now();
        database.database().transact(connection -> store.note(connection, claim, found, now));
    }

    private List<String> retired() {
        return database.query("SELECT CONCAT(m.name, ' ', uuid) FROM gpu JOIN machine m ON m.id = machine_id"
                + " WHERE retired_at IS NOT NULL");
    }
}
