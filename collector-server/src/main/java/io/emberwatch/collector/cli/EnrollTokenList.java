package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.EnrollTokenRow;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.EnrollTokenStore;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = "List the tokens, also those that are used up or expired in the last 30 days; not their secrets.")
final class EnrollTokenList extends DatabaseCommand {
    @Mixin
    private JsonOption json;

    EnrollTokenList(Shell shell) {
        super(shell);
    }

    @Override
    void run(Database database) throws SQLException {
        List<EnrollTokenRow> tokens = database.transact(new EnrollTokenStore()::list);
        TextTable table = new TextTable("ID", "FOR", "USES LEFT", "EXPIRES", "LAST USED", "FROM");
        for (EnrollTokenRow token : tokens) {
            table.row(
                    token.id(),
                    token.machine().map(machine -> "machine " + machine).orElse("new machines of " + token.owner()),
                    token.usesLeft(),
                    token.isExpired() ? "expired" : "in " + MachineTexts.roughly(token.leftFor()),
                    token.lastUsedAt().map(this::ago).orElse(""),
                    token.lastUsedFrom().orElse(""));
        }
        json.print(
                shell(),
                tokens.stream().map(EnrollTokenList::describe).toList(),
                table.isEmpty() ? "no tokens; make one with: machine add, enroll-token create\n" : table.toString());
    }

    private String ago(Instant time) {
        return MachineTexts.ago(time, shell().clock().instant());
    }

    private static Map<String, Object> describe(EnrollTokenRow token) {
        return Json.object(
                "id", token.id(),
                "machine", token.machine(),
                "owner", token.owner(),
                "uses_left", token.usesLeft(),
                "expires_at", token.expiresAt(),
                "expired", token.isExpired(),
                "last_used_at", token.lastUsedAt(),
                "last_used_from", token.lastUsedFrom());
    }
}
