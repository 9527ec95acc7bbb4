package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.ProbeSessionStore.Opening;
import io.emberwatch.collector.store.ReadingStore.ReadingRow;
import io.emberwatch.collector.store.ReadingStore.RejectedReading;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Scope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Tries whether the database takes what a reading makes the collector write: by the same statements, for a machine that
 * is there only within a transaction, which is rolled back.
 */
public final class WriteCheck {
    /** A character of four bytes: what people and machines call things may have any. */
    private static final String NAME = "🚒 write check ";

    private static final String GPU = "GPU-write-check-";
    private static final int XID = 31;

    private WriteCheck() {}

    /**
     * What of the server's settings may cost readings though it takes small ones.
     *
     * @param maxPacketBytes the longest statement that it takes
     * @param maxConnections how many connections it lets in, of all its users together
     */
    public record Limits(long maxPacketBytes, long maxConnections) {}

    /**
     * Writes a reading and all that it may bring with it, and takes it back.
     *
     * @return the limits that the server sets
     * @throws SQLException if it is refused, or the database cannot be reached
     */
    public static Limits run(Database database) throws SQLException {
        return database.transact(connection -> {
            requireTransactions(connection);
            write(connection);
            connection.rollback();
            return limits(connection);
        });
    }

    /** Where there are none, what is tried would stay. */
    private static void requireTransactions(Connection connection) throws SQLException {
        List<String> tables = Sql.list(
                connection,
                "SELECT CONCAT(table_name, ' (', engine, ')') FROM information_schema.tables"
                        + " WHERE table_schema = DATABASE() AND UPPER(engine) IN"
                        + " ('MYISAM', 'ARIA', 'MEMORY', 'CSV', 'ARCHIVE', 'BLACKHOLE', 'MRG_MYISAM')"
                        + " ORDER BY table_name",
                row -> row.getString(1));
        if (!tables.isEmpty()) {
            throw new SQLException("there are tables of an engine without transactions: " + String.join(", ", tables)
                    + "; ALTER TABLE … ENGINE = InnoDB");
        }
    }

    private static void write(Connection connection) throws SQLException {
        UUID unique = UUID.randomUUID();
        Instant now = Instant.now();
        int machine = addMachine(connection, unique);
        var session = new Opening(machine, unique, "", "", Duration.ZERO);
        new ProbeSessionStore().open(connection, session);
        String uuid = GPU + unique;
        InventoryStore inventories = new InventoryStore();
        inventories.put(connection, machine, inventory(uuid));
        int gpu = inventories
                .gpus(connection, List.of(machine))
                .get(machine)
                .ids()
                .get(uuid);
        MetricValues temperature =
                MetricValues.builder(Scope.MACHINE).set(Metric.CPU_TEMP_C, 45.5).build();
        MetricValues gpuTemperature =
                MetricValues.builder(Scope.GPU).set(Metric.GPU_TEMP_C, 45).build();
        ReadingStore readings = new ReadingStore();
        readings.insert(
                connection,
                List.of(new ReadingRow(
                        machine, 1, now, temperature, Map.of(gpu, gpuTemperature), Map.of(gpu, List.of(XID)))),
                now);
        Reading rejected = new Reading(2, now, temperature, List.of());
        readings.reject(connection, List.of(new RejectedReading(machine, unique, rejected, NAME)));
        new AlarmStore(new MessageIds("write-check.invalid")).createTest(connection, machine);
    }

    private static int addMachine(Connection connection, UUID unique) throws SQLException {
        Owner.Details owner = new Owner.Details(NAME + unique, "nobody@invalid", Optional.empty(), Optional.empty());
        int ownerId = new OwnerStore().add(connection, owner);
        return new MachineStore().add(connection, Machine.Details.named("write-check-" + unique, ownerId));
    }

    private static Inventory inventory(String uuid) {
        OptionalInt unknown = OptionalInt.empty();
        GpuInfo gpu = new GpuInfo(uuid, NAME, "", unknown, unknown, unknown, unknown, unknown);
        return new Inventory("", NAME, "", "", "", 0, 0, "", List.of(gpu), "", unknown);
    }

    private static Limits limits(Connection connection) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT @@max_allowed_packet, @@max_connections",
                        row -> new Limits(row.getLong(1), row.getLong(2)))
                .orElseThrow();
    }
}
