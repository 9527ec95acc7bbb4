package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.LimitTable;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.model.StoredLimit;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.Fleet;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.collector.store.LimitStore;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.conf.Suggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "limit",
        description = "From which values on there is an alarm.",
        subcommands = {LimitCommand.Set.class, LimitCommand.ListAll.class, LimitCommand.Clear.class})
final class LimitCommand {
    private static final LimitStore LIMITS = new LimitStore();

    @Command(
            name = "set",
            description = {
                "Set a limit, of the whole fleet or of one machine or GPU.",
                "Without --clear or --for, the distance and the time of the limit that held so far are kept; near the end",
                "of what the metric can be, the distance in proportion, so that the alarm can be over."
            })
    static final class Set extends DatabaseCommand {
        @Parameters(paramLabel = "METRIC", description = "For example cpu_temp_c.")
        private String metric;

        @Option(names = "--warning", paramLabel = "VALUE", description = "From which value on to warn, or off.")
        private String warning;

        @Option(names = "--critical", paramLabel = "VALUE", description = "From which value on it is critical, or off.")
        private String critical;

        @Option(names = "--clear", paramLabel = "VALUE", description = "At which value the alarm is over.")
        private String clear;

        @Option(names = "--for", paramLabel = "TIME", description = "How long it must last, for example 10s.")
        private String holdFor;

        @Mixin
        private Target target;

        @Mixin
        private JsonOption json;

        /**
         * What came of it.
         *
         * @param now the limits that were set, as they count
         * @param doubts what may be a slip
         */
        private record Outcome(List<EffectiveLimit> now, List<String> doubts) {}

        @Override
        void run(Database database) throws SQLException {
            Outcome outcome = database.transact(this::set);
            StringBuilder text = new StringBuilder();
            for (EffectiveLimit limit : outcome.now()) {
                text.append(limit.severity() + " limit of " + target.name() + " on " + limit.metric() + ": "
                        + LimitColumns.sentence(limit) + "\n");
            }
            json.print(
                    shell(),
                    LimitColumns.COLUMNS.objects(LimitColumns.rows(target.machineOrFleet(), outcome.now(), Map.of())),
                    text.toString());
            outcome.doubts().forEach(shell()::note);
        }

        private Outcome set(Connection connection) throws SQLException {
            Metric limited = Lookup.metric(metric);
            requireUnambiguous();
            LimitPlace place = target.find(connection);
            LimitChange change = new LimitChange(limited, place, LimitTable.of(LIMITS.list(connection)));
            List<StoredLimit> wanted = new ArrayList<>();
            Optional.ofNullable(warning)
                    .ifPresent(value -> wanted.add(change.to(Severity.WARNING, value, clear, holdFor)));
            Optional.ofNullable(critical)
                    .ifPresent(value -> wanted.add(change.to(Severity.CRITICAL, value, clear, holdFor)));
            for (StoredLimit limit : wanted) {
                LIMITS.put(connection, limit);
            }
            List<EffectiveLimit> all = LimitChange.at(LimitTable.of(LIMITS.list(connection)), place);
            List<EffectiveLimit> now = all.stream()
                    .filter(limit -> limit.metric() == limited
                            && wanted.stream().anyMatch(set -> set.severity() == limit.severity()))
                    .toList();
            List<String> doubts = Stream.of(target.doubt(connection, place), LimitChange.doubtAboutOrder(limited, all))
                    .flatMap(Optional::stream)
                    .toList();
            return new Outcome(now, doubts);
        }

        private void requireUnambiguous() {
            if (warning == null && critical == null) {
                throw CommandFailed.usage("give --warning VALUE or --critical VALUE");
            }
            if (warning != null && critical != null && clear != null) {
                throw CommandFailed.usage(
                        "--clear goes with one limit: set --warning and --critical one after the other");
            }
        }
    }

    @Command(
            name = "list",
            description = {
                "List the fleet's limits, those that machines have of their own, and what these replace;",
                "with --machine, every limit that counts for it and where it was set."
            })
    static final class ListAll extends DatabaseCommand {
        @Option(names = "--machine", paramLabel = "NAME", description = "Everything that counts for this machine.")
        private String machine;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            LimitTable limits = LimitTable.of(database.transact(LIMITS::list));
            List<LimitColumns.Row> rows = database.transact(
                    connection -> machine == null ? ofAll(connection, limits) : ofMachine(connection, limits));
            json.print(shell(), LimitColumns.COLUMNS.objects(rows), LimitColumns.COLUMNS.table(rows));
            limits.problems().forEach(problem -> shell().err().println("warning: " + problem));
            shell().err().flush();
        }

        private List<LimitColumns.Row> ofMachine(Connection connection, LimitTable limits) throws SQLException {
            Machine found = Lookup.machine(connection, machine);
            List<KnownGpu> gpus = new GpuStore().ofMachine(connection, found.id());
            return LimitColumns.rows(
                    found.name(),
                    limits.effectiveWithGpus(found.id(), KnownGpu.targets(gpus)),
                    Map.of(found.id(), found.name()));
        }

        /** Of each machine only what is not as for the rest of the fleet. */
        private static List<LimitColumns.Row> ofAll(Connection connection, LimitTable limits) throws SQLException {
            List<Machine> machines = new MachineStore().list(connection);
            Map<Integer, String> names = machines.stream().collect(Collectors.toMap(Machine::id, Machine::name));
            List<LimitColumns.Row> rows =
                    new ArrayList<>(LimitColumns.rows(LimitColumns.FLEET, limits.ofFleet(), names));
            for (Machine each : machines) {
                List<EffectiveLimit> own = limits.effectiveWithGpus(each.id(), Map.of()).stream()
                        .filter(limit -> !(limit.source() instanceof Fleet)
                                || limit.replacedBy().isPresent())
                        .toList();
                rows.addAll(LimitColumns.rows(each.name(), own, names));
            }
            return rows;
        }
    }

    @Command(
            name = "clear",
            description =
                    "Remove a limit, so that the next wider one counts again: of the machine, of the fleet, or none.")
    static final class Clear extends DatabaseCommand {
        @Parameters(paramLabel = "METRIC", description = "For example cpu_temp_c.")
        private String metric;

        @Option(names = "--warning", description = "Only the warning limit.")
        private boolean warning;

        @Option(names = "--critical", description = "Only the critical limit.")
        private boolean critical;

        @Mixin
        private Target target;

        @Override
        void run(Database database) throws SQLException {
            List<Severity> removed = database.transact(this::remove);
            String which = removed.stream().map(Severity::toString).collect(Collectors.joining(" and "));
            say(which + " limit of " + target.name() + " on " + metric + " removed");
        }

        private List<Severity> remove(Connection connection) throws SQLException {
            LimitPlace place = target.find(connection);
            List<Severity> removed = new ArrayList<>();
            for (Severity severity : Severity.values()) {
                boolean meant = warning == critical || (severity == Severity.WARNING ? warning : critical);
                if (meant && LIMITS.remove(connection, place, metric, severity)) {
                    removed.add(severity);
                }
            }
            if (removed.isEmpty()) {
                // After the attempt, so that a row with a wrong name, which SQL may have left, can be removed too.
                Lookup.metric(metric);
                throw new CommandFailed(target.name() + " has no such limit of its own on " + metric);
            }
            return removed;
        }
    }

    /** What a limit is set on: a machine, one of its GPUs, or by default the fleet. */
    static final class Target {
        private static final int LONGEST_UUID = 255;

        @Option(
                names = "--machine",
                paramLabel = "NAME",
                description = "Only this machine, instead of the whole fleet.")
        private String machine;

        @Option(names = "--gpu", paramLabel = "UUID", description = "Only this GPU of the machine.")
        private String gpu;

        private LimitPlace find(Connection connection) throws SQLException {
            if (machine == null) {
                if (gpu != null) {
                    throw CommandFailed.usage("--gpu needs --machine: the machine that the GPU is in");
                }
                return new Fleet();
            }
            Machine found = Lookup.machine(connection, machine);
            if (gpu == null) {
                return new OfMachine(found.id());
            }
            if (gpu.isBlank() || gpu.length() > LONGEST_UUID || gpu.codePoints().anyMatch(Character::isISOControl)) {
                throw CommandFailed.usage(
                        "'" + gpu + "' is not the UUID of a GPU; machine show " + machine + " lists them");
            }
            return new OfGpu(found.id(), gpu);
        }

        /** Whether its machine has never named the GPU: it may be on its way, or its UUID is mistyped. */
        private Optional<String> doubt(Connection connection, LimitPlace place) throws SQLException {
            if (!(place instanceof OfGpu wanted)) {
                return Optional.empty();
            }
            List<String> known = new GpuStore()
                    .ofMachine(connection, wanted.machineId()).stream()
                            .map(KnownGpu::uuid)
                            .toList();
            return known.contains(gpu)
                    ? Optional.empty()
                    : Optional.of(machine + " has reported no card '" + gpu + "' yet; the limit counts once it does"
                            + Suggestion.hint(gpu, known));
        }

        /** The machine's name, or what stands for the fleet. */
        private String machineOrFleet() {
            return machine == null ? LimitColumns.FLEET : machine;
        }

        /** For messages. */
        private String name() {
            return machine == null ? "the fleet" : gpu == null ? machine : machine + " " + gpu;
        }
    }
}
