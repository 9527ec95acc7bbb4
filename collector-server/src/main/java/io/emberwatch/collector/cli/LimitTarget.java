package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.LimitPlace;
import io.emberwatch.collector.model.LimitPlace.Fleet;
import io.emberwatch.collector.model.LimitPlace.OfGpu;
import io.emberwatch.collector.model.LimitPlace.OfMachine;
import io.emberwatch.collector.model.Machine;
import java.sql.Connection;
import java.sql.SQLException;
import picocli.CommandLine.Option;

/** What a limit is set on: a machine, one of its GPUs, or by default the fleet. */
final class LimitTarget {
    private static final int LONGEST_UUID = 255;

    @Option(names = "--machine", paramLabel = "NAME", description = "Only this machine, instead of the whole fleet.")
    private String machine;

    @Option(names = "--gpu", paramLabel = "UUID", description = "Only this GPU of the machine.")
    private String gpu;

    LimitPlace find(Connection connection) throws SQLException {
        if (machine == null) {
            if (gpu != null) {
                throw new UsageProblem("--gpu needs --machine: the machine that the GPU is in");
            }
            return new Fleet();
        }
        Machine found = Lookup.machine(connection, machine);
        if (gpu == null) {
            return new OfMachine(found.id());
        }
        if (gpu.isBlank() || gpu.length() > LONGEST_UUID || gpu.codePoints().anyMatch(Character::isISOControl)) {
            throw new UsageProblem("'" + gpu + "' is not the UUID of a GPU; machine show " + machine + " lists them");
        }
        return new OfGpu(found.id(), gpu);
    }

    /** The machine's name, or what stands for the fleet. */
    String machineOrFleet() {
        return machine == null ? LimitTexts.FLEET : machine;
    }

    /** For messages. */
    String name() {
        return machine == null ? "the fleet" : gpu == null ? machine : machine + " " + gpu;
    }
}
