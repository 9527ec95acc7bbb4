package io.emberwatch.collector.demo;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Texts;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.auth.MachineKey;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * This machine, registered as any other.
 *
 * @param id {@code machine.id}
 * @param key made anew for each demo: only its verifier is stored
 */
record DemoMachine(int id, String name, MachineKey key) {
    static final Owner.Details OWNER =
            new Owner.Details("demo", "owner@demo.example", Optional.empty(), Optional.of("Made up by the demo."));

    private static final String NAMELESS = "this-machine";

    /** Registers the machine, or gives it a new key if an earlier demo has registered it. */
    static DemoMachine register(Database database, String hostName) throws SQLException {
        String name = nameFor(hostName);
        MachineKey key = MachineKey.random(new SecureRandom());
        return database.transact(connection -> {
            DemoMachine machine = new DemoMachine(register(connection, name, key), name, key);
            restoreLimits(connection, machine);
            return machine;
        });
    }

    /** Sets the critical limit of this machine alone; it counts at once, without hysteresis. */
    void limit(Connection connection, Metric metric, BigDecimal value) throws SQLException {
        new LimitStore()
                .put(
                        connection,
                        new StoredLimit(
                                new OfMachine(id),
                                metric.column(),
                                Severity.CRITICAL,
                                Optional.of(value),
                                Optional.of(value),
                                Duration.ZERO));
    }

    /** Host names may hold what names of machines may not. */
    static String nameFor(String hostName) {
        String allowed = hostName.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[._-]+|[._-]+$", "");
        String name = allowed.substring(0, Math.min(allowed.length(), WireLimits.MAX_MACHINE_NAME_LENGTH));
        return Texts.isMachineName(name) ? name : NAMELESS;
    }

    private static int register(Connection connection, String name, MachineKey key) throws SQLException {
        MachineStore machines = new MachineStore();
        Optional<Machine> known = machines.find(connection, name);
        if (known.isPresent()) {
            int id = known.get().id();
            machines.setKey(connection, id, key.verifier());
            return id;
        }
        OwnerStore owners = new OwnerStore();
        Optional<Integer> owner = owners.find(connection, OWNER.name()).map(Owner::id);
        int ownerId = owner.isPresent() ? owner.get() : owners.add(connection, OWNER);
        Machine.Details details = new Machine.Details(
                name,
                ownerId,
                Optional.empty(),
                Optional.of("where the demo runs"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        int id = machines.add(connection, details);
        machines.setKey(connection, id, key.verifier());
        return id;
    }

    /** An earlier demo may have ended while a limit was low; its alarm is over then, not switched off. */
    private static void restoreLimits(Connection connection, DemoMachine machine) throws SQLException {
        OfMachine place = new OfMachine(machine.id());
        for (StoredLimit limit : new LimitStore().list(connection)) {
            Optional<Metric> metric = Metric.byColumn(limit.metric()).filter(LimitPlan.METRICS::contains);
            if (limit.place().equals(place) && limit.severity() == Severity.CRITICAL && metric.isPresent()) {
                machine.limit(connection, metric.get(), LimitPlan.usual(metric.get()));
            }
        }
    }
}
