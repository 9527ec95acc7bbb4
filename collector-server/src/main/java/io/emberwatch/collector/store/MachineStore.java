package io.emberwatch.collector.store;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Table {@code machine}. Every method works in the caller's transaction. Thread-safe. */
public final class MachineStore {
    private static final String SELECT_MACHINE =
            "SELECT machine.*, owner.name AS owner_name" + " FROM machine JOIN owner ON owner.id = machine.owner_id";

    private static final String SELECT_CREDENTIALS = "SELECT machine.id, machine.sampling_interval_s,"
            + " machine_key.stored_key, machine_key.collector_key"
            + " FROM machine LEFT JOIN machine_key ON machine_key.machine_id = machine.id";

    /** What to check the probe of this machine against; empty if it is not registered. */
    public Optional<Machine.Credentials> credentials(Connection connection, String name) throws SQLException {
        return Sql.one(connection, SELECT_CREDENTIALS + " WHERE machine.name = ?", MachineStore::credentials, name);
    }

    /** The credentials of every machine. */
    List<Machine.Credentials> credentials(Connection connection) throws SQLException {
        return Sql.list(connection, SELECT_CREDENTIALS, MachineStore::credentials);
    }

    /** Every machine, by name. */
    public List<Machine> list(Connection connection) throws SQLException {
        return Sql.list(connection, SELECT_MACHINE + " ORDER BY machine.name", MachineStore::machine);
    }

    public Optional<Machine> find(Connection connection, String name) throws SQLException {
        return Sql.one(connection, SELECT_MACHINE + " WHERE machine.name = ?", MachineStore::machine, name);
    }

    /** The machine of this owner that has this key. Reads all keys: machines seldom enroll. */
    public Optional<Machine> withKey(Connection connection, int ownerId, KeyVerifier verifier) throws SQLException {
        return Sql.list(
                        connection,
                        SELECT_MACHINE + " JOIN machine_key ON machine_key.machine_id = machine.id"
                                + " WHERE machine.owner_id = ? AND stored_key = ? AND collector_key = ?"
                                + " ORDER BY machine.id LIMIT 1",
                        MachineStore::machine,
                        ownerId,
                        verifier.storedKey().toArray(),
                        verifier.collectorKey().toArray())
                .stream()
                .findFirst();
    }

    public Optional<Machine> find(Connection connection, int machineId) throws SQLException {
        return Sql.one(connection, SELECT_MACHINE + " WHERE machine.id = ?", MachineStore::machine, machineId);
    }

    /** The machines of an owner, by name. */
    public List<Machine> ofOwner(Connection connection, int ownerId) throws SQLException {
        return Sql.list(
                connection,
                SELECT_MACHINE + " WHERE machine.owner_id = ? ORDER BY machine.name",
                MachineStore::machine,
                ownerId);
    }

    /**
     * Registers a machine and returns its {@code machine.id}. It has no key yet.
     *
     * @throws java.sql.SQLIntegrityConstraintViolationException if the name is taken or there is no such owner
     */
    public int add(Connection connection, Machine.Details machine) throws SQLException {
        return Math.toIntExact(Sql.insert(
                connection,
                "INSERT INTO machine (name, owner_id, model, location, ip, sampling_interval_s, notes)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                machine.name(),
                machine.ownerId(),
                machine.model(),
                machine.location(),
                machine.ip(),
                machine.samplingInterval(),
                machine.notes()));
    }

    /**
     * Replaces what is said about a machine; its key stays.
     *
     * @throws java.sql.SQLIntegrityConstraintViolationException if the name is taken or there is no such owner
     */
    public void edit(Connection connection, int machineId, Machine.Details machine) throws SQLException {
        Sql.update(
                connection,
                "UPDATE machine SET name = ?, owner_id = ?, model = ?, location = ?, ip = ?,"
                        + " sampling_interval_s = ?, notes = ? WHERE id = ?",
                machine.name(),
                machine.ownerId(),
                machine.model(),
                machine.location(),
                machine.ip(),
                machine.samplingInterval(),
                machine.notes(),
                machineId);
    }

    /** Gives the machine this key; one that it had before is no longer accepted. */
    public void setKey(Connection connection, int machineId, KeyVerifier verifier) throws SQLException {
        Sql.update(
                connection,
                "REPLACE INTO machine_key (machine_id, stored_key, collector_key) VALUES (?, ?, ?)",
                machineId,
                verifier.storedKey().toArray(),
                verifier.collectorKey().toArray());
    }

    /**
     * Locks the rows of these machines until the transaction ends, but for those that somebody else has locked: what
     * refers to a machine can be stored for these only.
     *
     * @return {@code machine.id} of those that are locked now
     */
    public Set<Integer> lockFree(Connection connection, Collection<Integer> machineIds) throws SQLException {
        return Set.copyOf(Sql.list(
                connection,
                "SELECT id FROM machine FORCE INDEX (PRIMARY) WHERE id IN (" + Sql.placeholders(machineIds)
                        + ") ORDER BY id FOR UPDATE SKIP LOCKED",
                row -> row.getInt(1),
                machineIds.toArray()));
    }

    /** Takes its key away: nobody can connect as this machine until it is enrolled again. */
    public void removeKey(Connection connection, int machineId) throws SQLException {
        Sql.update(connection, "DELETE FROM machine_key WHERE machine_id = ?", machineId);
    }

    /**
     * Removes a machine with its limits, silences, session, inventory, GPUs, alarms and mails. Its readings stay until
     * their days are dropped: they are partitioned by day and hang on no foreign key.
     */
    public void remove(Connection connection, int machineId) throws SQLException {
        Sql.update(connection, "DELETE FROM machine WHERE id = ?", machineId);
    }

    private static Machine.Credentials credentials(ResultSet row) throws SQLException {
        return new Machine.Credentials(
                row.getInt("id"),
                verifier(row.getBytes("stored_key"), row.getBytes("collector_key")),
                Sql.optionalSeconds(row, "sampling_interval_s"));
    }

    private static Optional<KeyVerifier> verifier(byte[] storedKey, byte[] collectorKey) {
        return storedKey == null
                ? Optional.empty()
                : Optional.of(new KeyVerifier(Bytes32.of(storedKey), Bytes32.of(collectorKey)));
    }

    private static Machine machine(ResultSet row) throws SQLException {
        Machine.Details details = new Machine.Details(
                row.getString("name"),
                row.getInt("owner_id"),
                Sql.optionalText(row, "model"),
                Sql.optionalText(row, "location"),
                Sql.optionalText(row, "ip"),
                Sql.optionalSeconds(row, "sampling_interval_s"),
                Sql.optionalText(row, "notes"));
        return new Machine(row.getInt("id"), details, row.getString("owner_name"), Sql.time(row, "created_at"));
    }
}
