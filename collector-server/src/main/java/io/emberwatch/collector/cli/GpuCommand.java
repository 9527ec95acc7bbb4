package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.conf.Suggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "gpu",
        description = "The cards that machines have, and those that they do not have any more.",
        subcommands = {GpuCommand.ListAll.class, GpuCommand.Retire.class, GpuCommand.Unretire.class})
final class GpuCommand {
    private static final GpuStore GPUS = new GpuStore();
    private static final String[] HOW_THEY_ARE_DOING = {
        "MACHINE", "SLOT", "MODEL", "UUID", "STATE", "TEMPERATURE", "MARGIN", "TARGET", "LAST SEEN"
    };
    private static final String[] WHAT_THEY_ARE = {
        "SLOT", "MODEL", "UUID", "PCI BUS ID", "SLOWS DOWN", "TURNS OFF", "HIGHEST", "TARGET", "MEMORY", "STATE"
    };

    static Columns<KnownGpu> columns(Instant now) {
        return Columns.of(KnownGpu.class)
                .with("MACHINE", "machine", KnownGpu::machine)
                .with("SLOT", "slot", KnownGpu::slot)
                .with("MODEL", "model", KnownGpu::model)
                .with("UUID", "uuid", KnownGpu::uuid)
                .with("PCI BUS ID", "pci_bus_id", KnownGpu::pciBusId)
                .with("SLOWS DOWN", "slowdown_temp_c", gpu -> gpu.limits().slowdownTempC(), GpuCommand::degrees)
                .with("TURNS OFF", "shutdown_temp_c", gpu -> gpu.limits().shutdownTempC(), GpuCommand::degrees)
                .with("HIGHEST", "gpu_max_temp_c", gpu -> gpu.limits().gpuMaxTempC(), GpuCommand::degrees)
                .with("MEMORY", "mem_max_temp_c", gpu -> gpu.limits().memMaxTempC(), GpuCommand::degrees)
                .with("TARGET", "target_temp_c", gpu -> gpu.limits().targetTempC(), GpuCommand::degrees)
                .with("STATE", GpuCommand::state, "state", KnownGpu::state)
                .forScripts(
                        "fault", gpu -> gpu.wrong().map(fault -> fault.name().toLowerCase(Locale.ROOT)))
                .forScripts("fatal_xid", KnownGpu::fatalXid)
                .with("TEMPERATURE", "gpu_temp_c", gpu -> gpu.heat().tempC(), GpuCommand::degrees)
                .with("MARGIN", "gpu_slowdown_margin_c", gpu -> gpu.heat().marginC(), GpuCommand::degrees)
                .with("LAST SEEN", gpu -> Format.ago(gpu.lastSeenAt(), now), "last_seen_at", KnownGpu::lastSeenAt)
                .forScripts("retired_at", KnownGpu::retiredAt);
    }

    /** A table of what they are, rather than of how they are doing; empty if there are none. */
    static String hardware(List<KnownGpu> gpus, Instant now) {
        return gpus.isEmpty() ? "" : columns(now).table(gpus, WHAT_THEY_ARE);
    }

    @Command(name = "list", description = "List every card that machines have or once had, and how it is doing.")
    static final class ListAll extends DatabaseCommand {
        @Parameters(paramLabel = "MACHINE", arity = "0..1", description = "Only those of this machine.")
        private String machine;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            List<KnownGpu> gpus = database.transact(connection -> machine == null
                    ? GPUS.list(connection)
                    : GPUS.ofMachine(
                            connection, Lookup.machine(connection, machine).id()));
            String none = "no cards" + (machine == null ? "" : " in " + machine)
                    + "; machines report theirs when they connect\n";
            json.print(shell(), columns(now()), gpus, none, HOW_THEY_ARE_DOING);
        }
    }

    @Command(
            name = "retire",
            description = {
                "Say that a card was taken out of its machine: it is not missed any more, and its alarms are over.",
                "A card that the machine shows again is in use again."
            })
    static final class Retire extends Change {
        @Override
        void change(Connection connection, int gpuId) throws SQLException {
            GPUS.retire(connection, gpuId);
        }

        @Override
        String result(KnownGpu before, KnownGpu now) {
            return before.retiredAt()
                    .map(since -> "has been retired since " + since)
                    .orElse("is retired: "
                            + (now.isNamed()
                                    ? "nobody will miss it; it is watched until the machine shows it no more"
                                    : "nobody misses it, and its alarms end with the machine's next reading"));
        }

        @Override
        void noteOn(KnownGpu now) {
            if (now.isNamed()) {
                shell().note(now.machine() + " showed it when it last reported its cards;"
                        + " it is in use again if it does so once more");
            }
        }
    }

    @Command(
            name = "unretire",
            description = "Say that a card is to be in its machine after all: while it is not, that is an alarm.")
    static final class Unretire extends Change {
        @Override
        void change(Connection connection, int gpuId) throws SQLException {
            GPUS.unretire(connection, gpuId);
        }

        @Override
        String result(KnownGpu before, KnownGpu now) {
            return before.retiredAt().isEmpty()
                    ? "was not retired"
                    : "is to be there; while it is not, that is an alarm";
        }
    }

    /** Changes one GPU of a machine, named by its UUID or its slot. */
    private abstract static class Change extends DatabaseCommand {
        @Parameters(index = "0", paramLabel = "MACHINE", description = "Name of the machine.")
        private String machine;

        @Parameters(index = "1", paramLabel = "UUID|SLOT", description = "The card, as gpu list shows it.")
        private String gpu;

        @Mixin
        private JsonOption json;

        abstract void change(Connection connection, int gpuId) throws SQLException;

        /** What has come of it, for people, after the GPU's name. */
        abstract String result(KnownGpu before, KnownGpu now);

        /** Says what else there is to know. */
        void noteOn(KnownGpu now) {}

        @Override
        final void run(Database database) throws SQLException {
            KnownGpu before = database.transact(this::find);
            KnownGpu now = database.transact(connection -> {
                change(connection, find(connection).id());
                return find(connection);
            });
            String name = "GPU " + now.slot() + " of " + now.machine() + " (" + now.model() + ", " + now.uuid() + ")";
            json.print(shell(), columns(now()).object(now), name + " " + result(before, now) + "\n");
            noteOn(now);
        }

        private KnownGpu find(Connection connection) throws SQLException {
            Machine found = Lookup.machine(connection, machine);
            List<KnownGpu> gpus = GPUS.ofMachine(connection, found.id());
            List<KnownGpu> meant =
                    gpus.stream().filter(known -> known.uuid().equals(gpu)).toList();
            if (meant.isEmpty()) {
                meant = gpus.stream()
                        .filter(known -> Integer.toString(known.slot()).equals(gpu))
                        .toList();
            }
            if (meant.size() > 1) {
                throw new CommandFailed(found.name() + " has had " + meant.size() + " cards in slot " + gpu
                        + "; say which by its UUID: "
                        + meant.stream().map(KnownGpu::uuid).collect(Collectors.joining(", ")));
            }
            if (meant.isEmpty()) {
                throw new CommandFailed("there is no card '" + gpu + "' in " + found.name()
                        + Suggestion.hint(gpu, gpus.stream().map(KnownGpu::uuid).toList()));
            }
            return meant.get(0);
        }
    }

    private static String state(KnownGpu gpu) {
        String fault = gpu.wrong().map(GpuFault::words).orElse("");
        return switch (gpu.state()) {
            case FAULTY -> fault.isEmpty() ? "fatal XID error " + gpu.fatalXid().getAsInt() : fault;
            case UNKNOWN -> fault.isEmpty() ? "unknown" : "unknown: " + fault;
            case OK, MISSING, RETIRED, GONE -> gpu.state().toString();
        };
    }

    private static String degrees(OptionalDouble value) {
        return value.isPresent() ? Metric.GPU_TEMP_C.format(Metric.GPU_TEMP_C.toRaw(value.getAsDouble())) + " °C" : "";
    }

    private static String degrees(OptionalInt value) {
        return value.isPresent() ? value.getAsInt() + " °C" : "";
    }
}
