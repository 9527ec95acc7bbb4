package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.protocol.WireLimits;
import io.emberwatch.protocol.Xid;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
final class XidCommand extends ShellCommand {
    private static final Columns<Xid> COLUMNS = Columns.of(Xid.class)
            .with("CODE", "xid", Xid::code)
            .with("SEVERITY", "severity", xid -> xid.severity().name().toLowerCase(Locale.ROOT))
            .with("MEANING", "meaning", Xid::meaning)
            .forScripts("action", Xid::action);

    @Parameters(paramLabel = "CODE", arity = "0..1", description = "Number of the error, as the kernel's log gives it.")
    private Optional<Integer> code = Optional.empty();

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        if (code.filter(number -> number < 0 || number > WireLimits.MAX_XID).isPresent()) {
            throw CommandFailed.usage("CODE must be 0 to " + WireLimits.MAX_XID + ", but is " + code.get());
        }
        List<Xid> shown = code.map(number -> List.of(Xid.of(number))).orElseGet(Xid::known);
        json.print(shell(), COLUMNS.objects(shown), code.isPresent() ? text(shown.get(0)) : COLUMNS.table(shown));
        return ExitCode.OK;
    }

    private static String text(Xid xid) {
        return "XID " + xid.code() + ": " + xid.meaning() + " ("
                + xid.severity().name().toLowerCase(Locale.ROOT) + ")\n" + xid.action() + "\n";
    }
}
