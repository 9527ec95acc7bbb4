package io.emberwatch.collector.testing;

import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import io.emberwatch.protocol.auth.MachineKey;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Machines registered for a test, all of one owner. */
public final class TestFleet {
    /** A registered machine and its key. */
    public record Member(int id, String name, MachineKey key) {}

    private TestFleet() {}

    /** Registers {@code count} machines named box1, box2 …. */
    public static List<Member> register(Database database, int count) throws SQLException {
        SecureRandom random = new SecureRandom();
        return database.transact(connection -> {
            Owner.Details owner = new Owner.Details("王小明", "owner@example.org", Optional.empty(), Optional.empty());
            int ownerId = new OwnerStore().add(connection, owner);
            List<Member> members = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                MachineKey key = MachineKey.random(random);
                Machine.Details details = new Machine.Details(
                        "box" + i,
                        ownerId,
                        Optional.empty(),
                        Optional.of("机房 3"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
                int id = new MachineStore().add(connection, details);
                new MachineStore().setKey(connection, id, key.verifier());
                members.add(new Member(id, details.name(), key));
            }
            return members;
        });
    }
}
