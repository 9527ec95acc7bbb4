package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Owner;
import io.emberwatch.collector.model.OwnerDetails;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.OwnerStore;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "List the owners and their machines.")
final class OwnerList extends DatabaseCommand {
    @Mixin
    private JsonOption json;

    OwnerList(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        List<Owner> owners = database.transact(new OwnerStore()::list);
        Map<Integer, List<String>> machines = database.transact(new MachineStore()::list).stream()
                .collect(Collectors.groupingBy(
                        machine -> machine.details().ownerId(),
                        Collectors.mapping(Machine::name, Collectors.toList())));
        TextTable table = new TextTable("OWNER", "MAIL", "PHONE", "MACHINES");
        List<Object> all = new ArrayList<>();
        for (Owner owner : owners) {
            OwnerDetails details = owner.details();
            List<String> theirs = machines.getOrDefault(owner.id(), List.of());
            table.row(details.name(), details.mail(), details.phone().orElse(""), String.join(", ", theirs));
            Map<String, Object> object = describe(details);
            object.put("machines", theirs);
            all.add(object);
        }
        json.print(shell(), all, table.isEmpty() ? "no owners; add one with: owner add\n" : table.toString());
    }

    static Map<String, Object> describe(OwnerDetails owner) {
        return Json.object("name", owner.name(), "mail", owner.mail(), "phone", owner.phone(), "notes", owner.notes());
    }
}
