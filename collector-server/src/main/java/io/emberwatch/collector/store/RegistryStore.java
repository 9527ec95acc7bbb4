package io.emberwatch.collector.store;

import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Registry;
import io.emberwatch.collector.model.Registry.SilencedMachines;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the {@link Registry}, and notices cheaply whether it has changed. Thread-safe. */
final class RegistryStore {
    private static final String IN_FORCE = " WHERE starts_at <= UTC_TIMESTAMP(3) AND ends_at > UTC_TIMESTAMP(3)";

    private static final String RETIRED = " WHERE retired_at IS NOT NULL";

    private static final String CLAIMED_TWICE = " WHERE claimed_twice_at IS NOT NULL";

    /** NULL becomes a letter, because CONCAT_WS leaves NULL out: a value moved to the next column would not show. */
    private static final String LIMIT = "metric, severity, COALESCE(raise_at, 'x'), COALESCE(clear_at, 'x'), for_s";

    private static final String FINGERPRINT = "SELECT CONCAT_WS(' ',"
            + " (SELECT " + sum("id, name, COALESCE(sampling_interval_s, 'x')") + " FROM machine),"
            + " (SELECT " + sum("machine_id, HEX(stored_key)") + " FROM machine_key),"
            + " (SELECT " + sum(LIMIT) + " FROM fleet_limit),"
            + " (SELECT " + sum("machine_id, component, " + LIMIT) + " FROM machine_limit),"
            + " (SELECT " + sum("id, COALESCE(machine_id, 'x')") + " FROM silence" + IN_FORCE + "),"
            + " (SELECT " + sum("id") + " FROM gpu" + RETIRED + "),"
            + " (SELECT " + sum("id") + " FROM gpu" + CLAIMED_TWICE + ")) AS fingerprint";

    private final MachineStore machines = new MachineStore();
    private final LimitStore limits = new LimitStore();

    /**
     * A text that is another one after anything that {@link #load} reads has changed (but for a chance of 1 in 4
     * billion).
     */
    String fingerprint(Connection connection) throws SQLException {
        return Sql.one(connection, FINGERPRINT, row -> row.getString("fingerprint"))
                .orElseThrow();
    }

    Registry load(Connection connection) throws SQLException {
        List<Optional<Integer>> silences = Sql.list(
                connection,
                "SELECT DISTINCT machine_id FROM silence" + IN_FORCE,
                row -> Optional.ofNullable(row.getObject("machine_id", Integer.class)));
        Set<Integer> silenced = new HashSet<>();
        silences.forEach(machine -> machine.ifPresent(silenced::add));
        return new Registry(
                LimitTable.of(limits.list(connection)),
                machines.credentials(connection).stream()
                        .collect(Collectors.toMap(Machine.Credentials::machineId, Function.identity())),
                new SilencedMachines(silences.contains(Optional.<Integer>empty()), silenced),
                gpus(connection, RETIRED),
                gpus(connection, CLAIMED_TWICE));
    }

    private static Set<Integer> gpus(Connection connection, String which) throws SQLException {
        return Set.copyOf(Sql.list(connection, "SELECT id FROM gpu" + which, row -> row.getInt("id")));
    }

    private static String sum(String columns) {
        return "CONCAT(COUNT(*), ':', COALESCE(SUM(CRC32(CONCAT_WS('|', " + columns + "))), 0))";
    }
}
