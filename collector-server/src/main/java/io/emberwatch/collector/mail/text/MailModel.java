package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailFacts.GpuFacts;
import io.emberwatch.collector.model.MailFacts.GpuFacts.GpuProcess;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Texts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The values that templates of mails may use, by name: the same in all languages. */
final class MailModel {
    /** A machine reports the names; they are to leave room for what else the line says. */
    private static final int MAX_NAME_CHARACTERS = 60;

    private final MailTemplates templates;
    private final ValueFormat format;
    private final Map<String, Object> values = new HashMap<>();

    private MailModel(MailTemplates templates) {
        this.templates = templates;
        this.format = new ValueFormat(templates);
    }

    /** Of any alarm; that of a test has nothing more. */
    static Map<String, Object> of(MailFacts facts, MailTemplates templates) {
        MailModel model = new MailModel(templates);
        model.values.put("machine", facts.machine().name());
        model.values.put("machineModel", facts.machine().model());
        model.values.put("location", facts.machine().location());
        model.values.put("ip", facts.machine().ip());
        model.values.put("owner", facts.owner());
        model.values.put("alarm", facts.alarm().id());
        Metric.byColumn(facts.alarm().metric()).ifPresent(metric -> {
            model.addAlarm(facts, metric);
            model.addGpus(facts.gpus(), metric);
        });
        return model.values;
    }

    private void addAlarm(MailFacts facts, Metric metric) {
        Alarm alarm = facts.alarm();
        boolean isCode = MetricCodes.isCode(metric);
        Optional<Moment> end = alarm.cleared().filter(cleared -> facts.kind().isOver());
        values.put("turnedAwayFrom", facts.machine().turnedAwayFrom());
        values.put("severity", templates.render("severity." + alarm.severity(), Map.of()));
        values.put("metric", metric);
        values.put("meaning", templates.orElse("meaning." + metric, metric.meaning()));
        values.put("gpu", alarm.gpu().map(this::gpu));
        values.put("isCode", isCode);
        values.put("since", ValueFormat.time(alarm.since()));
        values.put("isByMachinesClock", metric.scope() != Scope.LINK);
        values.put("until", end.map(Moment::at).map(ValueFormat::time));
        values.put("endValue", end.filter(e -> !isCode).map(e -> format.amount(metric, e.value())));
        values.put("raised", format.codeOrAmount(metric, alarm.raised().value()));
        values.put("raisedAt", ValueFormat.time(alarm.raised().at()));
        values.put("worst", isCode ? Optional.empty() : amount(metric, facts.peak()));
        boolean isSettled = facts.kind().isOver() && alarm.returnedCount() > 0;
        values.put("returned", isSettled ? Optional.of(alarm.returnedCount()) : Optional.empty());
        values.put("limit", format.amount(metric, alarm.limit()));
        values.put("limitNumber", format.number(metric, alarm.limit()));
        values.put("limitInWords", format.limit(metric, alarm.limit()));
        values.put(
                "readings",
                facts.lastReadings().stream()
                        .map(reading -> Map.of(
                                "at",
                                ValueFormat.time(reading.at()),
                                "value",
                                format.codeOrAmount(metric, reading.value())))
                        .toList());
    }

    private void addGpus(GpuFacts gpus, Metric metric) {
        values.put("gpuDriver", nonEmpty(gpus.driver()));
        values.put("areMissing", metric == Metric.GPU_MISSING_COUNT);
        values.put("gpus", gpus.gpus().stream().map(this::gpu).toList());
        values.put("processesReportedAt", gpus.processesReportedAt().map(ValueFormat::time));
        values.put(
                "processes", gpus.processes().stream().map(MailModel::process).toList());
        values.put("moreProcesses", gpus.moreProcesses() > 0 ? Optional.of(gpus.moreProcesses()) : Optional.empty());
        values.put(
                "xids",
                gpus.xids().stream()
                        .map(error -> Map.of(
                                "at", ValueFormat.time(error.at()),
                                "number", error.xid(),
                                "meaning", format.xidMeaning(error.xid())))
                        .toList());
    }

    private Map<String, Object> gpu(Gpu gpu) {
        List<String> limits = Stream.of(
                        limit("limit.target", gpu.targetTempC()),
                        limit("limit.slowdown", gpu.slowdownTempC()),
                        limit("limit.shutdown", gpu.shutdownTempC()),
                        limit("limit.memory", gpu.memMaxTempC()))
                .flatMap(Optional::stream)
                .toList();
        // A GPU that no inventory has named yet has no number.
        return Map.of(
                "name", gpu.model().isEmpty() ? gpu.uuid() : "gpu" + gpu.slot(),
                "slot", gpu.slot(),
                "model", nonEmpty(gpu.model()),
                "uuid", gpu.uuid(),
                "pciBusId", nonEmpty(gpu.pciBusId()),
                "ownLimits", Optional.of(limits).filter(some -> !some.isEmpty()));
    }

    /** The temperature that it aims for, or one at which it does something about heat itself. */
    private Optional<String> limit(String name, OptionalInt limitC) {
        return limitC.isPresent()
                ? Optional.of(templates.render(name, Map.of("tempC", limitC.getAsInt())))
                : Optional.empty();
    }

    private static Map<String, Object> process(GpuProcess process) {
        OptionalDouble memory = process.memUsedBytes();
        return Map.of(
                "pid", process.pid(),
                "program", nonEmpty(cut(process.name())),
                "user", nonEmpty(cut(process.user())),
                "memory", memory.isPresent() ? Optional.of(ValueFormat.bytes(memory.getAsDouble())) : Optional.empty(),
                "endedAt", process.endedAt().map(ValueFormat::time));
    }

    private Optional<String> amount(Metric metric, OptionalDouble value) {
        return value.isPresent() ? Optional.of(format.amount(metric, value)) : Optional.empty();
    }

    private static Optional<String> nonEmpty(String text) {
        return Optional.of(text).filter(some -> !some.isEmpty());
    }

    /** On one line, and cut to a readable length. */
    private static String cut(String text) {
        String line = Texts.oneLine(text);
        return line.codePointCount(0, line.length()) <= MAX_NAME_CHARACTERS
                ? line
                : line.substring(0, line.offsetByCodePoints(0, MAX_NAME_CHARACTERS - 1)) + "…";
    }
}
