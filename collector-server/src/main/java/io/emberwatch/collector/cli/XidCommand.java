package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.Xid;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Needs no database: the table is a part of the program. */
@Command(
        name = "xid",
        description = {
            "Say what an XID error of NVIDIA's driver means and what to do about it; without a code, list them.",
            "fatal: somebody must act, there is an alarm; program: a program was ended; note: no harm by itself."
        })
final class XidCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "CODE", arity = "0..1", description = "Number of the error, as the kernel's log gives it.")
    private Optional<Integer> code = Optional.empty();

    @Mixin
    private JsonOption json;

    XidCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (code.filter(number -> number < 0 || number > WireLimits.MAX_XID).isPresent()) {
            throw new UsageProblem("CODE must be 0 to " + WireLimits.MAX_XID + ", but is " + code.get());
        }
        List<Xid> shown = code.map(number -> List.of(Xid.of(number))).orElseGet(Xid::known);
        json.print(
                shell,
                shown.stream().map(XidCommand::describe).toList(),
                code.isPresent() ? text(shown.get(0)) : list(shown));
        return ExitCode.OK;
    }

    private static String text(Xid xid) {
        return "XID " + xid.code() + ": " + xid.meaning() + " (" + severity(xid) + ")\n" + xid.action() + "\n";
    }

    private static String list(List<Xid> xids) {
        TextTable table = new TextTable("CODE", "SEVERITY", "MEANING");
        xids.forEach(xid -> table.row(xid.code(), severity(xid), xid.meaning()));
        return table.toString();
    }

    private static Map<String, Object> describe(Xid xid) {
        return Json.object(
                "xid", xid.code(), "severity", severity(xid), "meaning", xid.meaning(), "action", xid.action());
    }

    private static String severity(Xid xid) {
        return xid.severity().name().toLowerCase(Locale.ROOT);
    }
}
