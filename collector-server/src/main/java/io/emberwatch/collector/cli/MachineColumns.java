package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.store.OverviewStore.LatestReading;
import io.emberwatch.collector.store.ReadingGapStore.ReadingGap;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.conf.Durations;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** How machines are shown. */
final class MachineColumns {
    private static final String BARE_METAL = "none";

    /** What is registered. */
    static final Columns<Machine> REGISTERED = Columns.of(Machine.class)
            .forScripts("id", Machine::id)
            .with("MACHINE", "name", Machine::name)
            .with("OWNER", "owner", Machine::ownerName)
            .forScripts("model", machine -> machine.details().model())
            .with("LOCATION", "location", machine -> machine.details().location())
            .forScripts("ip", machine -> machine.details().ip())
            .forScripts("sampling_interval_s", machine -> machine.details().samplingInterval())
            .forScripts("notes", machine -> machine.details().notes())
            .forScripts("created_at", Machine::createdAt);

    /** What is registered, and how the machine is doing. */
    static final Columns<Row> LIST = REGISTERED
            .over(Row::machine)
            .with(
                    "ENROLLED",
                    row -> row.state().enrolledAt().map(row::ago).orElse("no"),
                    "enrolled_at",
                    row -> row.state().enrolledAt())
            .with("LINK", "link", row -> row.state().link())
            .with(
                    "LAST HEARD",
                    row -> row.state().lastHeardAt().map(row::ago),
                    "last_heard_at",
                    row -> row.state().lastHeardAt())
            .forScripts("remote_address", row -> row.state().remoteAddress())
            .forScripts("probe_version", row -> row.state().probeVersion())
            .with(
                    "ALARMS",
                    row -> row.state().alarms() == 0 ? "" : row.state().alarms(),
                    "alarms",
                    row -> row.state().alarms())
            .forScripts("history_to_come", row -> row.state().historyToCome());

    private static final Columns<Machine.Hardware> HARDWARE = Columns.of(Machine.Hardware.class)
            .forScripts("model", Machine.Hardware::model)
            .forScripts("os", Machine.Hardware::os)
            .forScripts("kernel", Machine.Hardware::kernel)
            .forScripts("cpu_model", Machine.Hardware::cpuModel)
            .forScripts("cpu_count", Machine.Hardware::cpuCount)
            .forScripts("virtualization", Machine.Hardware::virtualization)
            .forScripts("temp_sensor_count", Machine.Hardware::tempSensorCount)
            .forScripts("gpu_driver", Machine.Hardware::gpuDriver);

    private static final Columns<ReadingGap> GAPS = Columns.of(ReadingGap.class)
            .forScripts("from", ReadingGap::from)
            .forScripts("to", ReadingGap::to)
            .forScripts("lost", ReadingGap::count)
            .forScripts("reason", gap -> gap.reason().name().toLowerCase(Locale.ROOT))
            .forScripts("recorded_at", ReadingGap::recordedAt);

    /** A value that was measured last: each metric of the catalogue that the machine can measure. */
    private static final Columns<Measured> MEASURED = Columns.of(Measured.class)
            .forPeople("METRIC", measured -> measured.metric().column())
            .forPeople("VALUE", Measured::words)
            .forPeople("", measured -> measured.metric().meaning());

    /** All that is known, for scripts. */
    static final Columns<Known> ALL = LIST.over(Known::row)
            .forScripts("hardware", known -> known.hardware().map(HARDWARE::object))
            .forScripts("reading", known -> known.latest().map(MachineColumns::object))
            .forScripts("gpus", known -> GpuCommand.columns(known.row().now()).objects(known.gpus()))
            .forScripts("gaps", known -> GAPS.objects(known.gaps()))
            .forScripts("limits", known -> LimitColumns.COLUMNS.objects(known.limitRows()));

    /** All that is known but values, GPUs, gaps and limits, for people. */
    private static final Columns<Known> SHEET = Columns.of(Known.class)
            .forPeople("machine", Known::name)
            .forPeople("owner", known -> known.machine().ownerName())
            .forPeople("model", known -> known.machine().details().model())
            .forPeople("location", known -> known.machine().details().location())
            .forPeople("ip", known -> known.machine().details().ip())
            .forPeople(
                    "sampled every",
                    known -> known.machine().details().samplingInterval().map(Durations::print))
            .forPeople("notes", known -> known.machine().details().notes())
            .forPeople("registered", known -> known.machine().createdAt())
            .forPeople(
                    "enrolled",
                    known -> known.state()
                            .enrolledAt()
                            .map(known.row()::at)
                            .orElse("no; machine rekey " + known.name() + " makes a token for it"))
            .forPeople("link", known -> known.state().link())
            .forPeople("last heard", known -> known.state().lastHeardAt().map(known.row()::at))
            .forPeople("from", known -> known.state().remoteAddress())
            .forPeople("probe", known -> known.state().probeVersion())
            .forPeople("firing alarms", known -> known.state().alarms())
            .forPeople(
                    "history",
                    known -> Optional.of(known.state().historyToCome())
                            .filter(count -> count > 0)
                            .map(count -> "at most " + count + " readings of before are still to come"))
            .forPeople("found", hardware(found -> notEmpty(found.model())))
            .forPeople("system", hardware(found -> Optional.of(found.os() + ", " + found.kernel())))
            .forPeople("cpu", hardware(found -> Optional.of(found.cpuModel() + " (" + found.cpuCount() + ")")))
            .forPeople(
                    "runs on",
                    hardware(found -> notEmpty(found.virtualization())
                            .map(kind -> kind.equals(BARE_METAL) ? "bare metal" : kind + ", a virtual machine")))
            .forPeople("cpu temperature", hardware(MachineColumns::missingSensor))
            .forPeople("gpu driver", hardware(found -> notEmpty(found.gpuDriver())));

    private MachineColumns() {}

    /** A machine and how it is doing now. */
    record Row(Machine machine, Machine.State state, Instant now) {
        private String ago(Instant then) {
            return Format.ago(then, now);
        }

        private String at(Instant then) {
            return Format.at(then, now);
        }
    }

    /** All that is known of a machine; the newest gaps first. */
    record Known(
            Row row,
            Optional<Machine.Hardware> hardware,
            Optional<LatestReading> latest,
            List<KnownGpu> gpus,
            List<ReadingGap> gaps,
            List<EffectiveLimit> limits) {
        private Machine machine() {
            return row.machine();
        }

        private Machine.State state() {
            return row.state();
        }

        private String name() {
            return row.machine().name();
        }

        /** For people. */
        String text() {
            StringBuilder text = new StringBuilder(SHEET.sheet(this));
            gaps.forEach(gap -> text.append(sentence(gap)).append('\n'));
            latest.ifPresent(reading -> text.append("\nmeasured ")
                    .append(row.at(reading.takenAt()))
                    .append('\n')
                    .append(MEASURED.table(measured(reading))));
            text.append('\n');
            if (!gpus.isEmpty()) {
                text.append(GpuCommand.hardware(gpus, row.now())).append('\n');
            }
            return text.append(LimitColumns.COLUMNS.table(limitRows())).toString();
        }

        private List<LimitColumns.Row> limitRows() {
            return LimitColumns.rows(name(), limits, Map.of(row.machine().id(), name()));
        }
    }

    private record Measured(Metric metric, double value) {
        private String words() {
            return MetricCodes.words(metric, value)
                    .orElseGet(() -> (metric.format(metric.toRaw(value)) + " " + metric.unit()).strip());
        }
    }

    private static List<Measured> measured(LatestReading reading) {
        return Scope.MACHINE.metrics().stream()
                .filter(reading.values()::has)
                .map(metric -> new Measured(metric, reading.values().get(metric).orElseThrow()))
                .toList();
    }

    /** Every metric of the catalogue by its name, null where it was not measured. */
    private static Map<String, Object> object(LatestReading reading) {
        Map<String, Object> object = Json.object("taken_at", reading.takenAt());
        Scope.MACHINE
                .metrics()
                .forEach(metric -> object.put(metric.column(), reading.values().get(metric)));
        return object;
    }

    private static Function<Known, Optional<String>> hardware(Function<Machine.Hardware, Optional<String>> fact) {
        return known -> known.hardware().flatMap(fact);
    }

    private static Optional<String> notEmpty(String text) {
        return Optional.of(text).filter(known -> !known.isEmpty());
    }

    private static Optional<String> missingSensor(Machine.Hardware hardware) {
        if (hardware.tempSensorCount().orElse(1) > 0) {
            return Optional.empty();
        }
        String kind = hardware.virtualization();
        boolean isVirtual = !kind.isEmpty() && !kind.equals(BARE_METAL);
        return Optional.of("no temperature sensor" + (isVirtual ? ", as is usual on " + kind : ""));
    }

    private static String sentence(ReadingGap gap) {
        String lost = gap.count().isPresent() ? "about " + gap.count().getAsLong() + " lost" : "some may be lost";
        return "no readings from " + gap.from() + " to " + gap.to() + ": " + lost + ", " + because(gap.reason());
    }

    private static String because(Lost.Reason reason) {
        return switch (reason) {
            case SPOOL_FULL -> "the probe's spool was full";
            case TOO_OLD -> "they were older than the probe keeps";
            case DAMAGED -> "the probe could not read them back";
            case POWER_LOSS -> "the machine went down before they were on disk";
            case UNKNOWN -> "the probe's reason is not known to this collector";
        };
    }
}
