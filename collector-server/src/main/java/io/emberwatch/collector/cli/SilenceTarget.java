package io.emberwatch.collector.cli;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whose mails are held back: one machine's, or all. */
final class SilenceTarget {
    @Parameters(arity = "0..1", paramLabel = "MACHINE", description = "Name of the machine.")
    private String machine;

    @Option(names = "--all", description = "All machines.")
    private boolean all;

    /** {@code machine.id}, or empty for all machines. */
    Optional<Integer> find(Connection connection) throws SQLException {
        if (all == (machine != null)) {
            throw new UsageProblem("name one machine, or give --all");
        }
        return all
                ? Optional.empty()
                : Optional.of(Lookup.machine(connection, machine).id());
    }

    String name() {
        return all ? "all machines" : machine;
    }
}
