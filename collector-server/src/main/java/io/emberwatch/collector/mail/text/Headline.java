package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Alarm;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which words say in one line what is wrong, or over. Alarms come in families: on an amount, on how far a GPU or a part
 * of the machine is from its own limit, on a state that is put in words (a GPU is lost, a driver is missing), on a machine's silence, on a
 * second probe.
 */
final class Headline {
    private final MailFacts facts;
    private final Metric metric;
    private final MailTemplates templates;
    private final ValueFormat format;
    private final Map<String, Object> values;

    private Headline(MailFacts facts, Metric metric, MailTemplates templates, Map<String, Object> values) {
        this.facts = facts;
        this.metric = metric;
        this.templates = templates;
        this.format = new ValueFormat(templates);
        this.values = values;
    }

    /**
     * The name of the words, to which {@code .subject} and {@code .sentence} are to be added.
     *
     * @param values gets what they use
     */
    static String choose(MailFacts facts, Metric metric, MailTemplates templates, Map<String, Object> values) {
        return new Headline(facts, metric, templates, values).choose();
    }

    /** The value that a mail of this kind is about. */
    static OptionalDouble value(MailFacts facts) {
        OptionalDouble raised = facts.alarm().raised().value();
        return switch (facts.kind()) {
            case RAISED -> raised;
            case REPEATED ->
                facts.lastReadings().stream()
                        .map(Moment::value)
                        .filter(OptionalDouble::isPresent)
                        .findFirst()
                        .orElse(raised);
            case PAST -> facts.peak().isPresent() ? facts.peak() : raised;
            case CLEARED -> facts.alarm().cleared().map(Moment::value).orElse(OptionalDouble.empty());
        };
    }

    private String choose() {
        values.put("reason", facts.alarm().clearNote().map(this::reason));
        return switch (metric) {
            case SILENT_S -> ofSilence();
            case DUPLICATE_PROBES -> metric + "." + facts.kind();
            case GPU_SLOWDOWN_MARGIN_C -> {
                Optional<Gpu> gpu = facts.alarm().gpu();
                yield ofGpuMargin(gpu.map(Gpu::slowdownTempC), facts.gpus().tempC());
            }
            case GPU_MEM_MARGIN_C -> {
                Optional<Gpu> gpu = facts.alarm().gpu();
                yield ofGpuMargin(gpu.map(Gpu::memMaxTempC), facts.gpus().memTempC());
            }
            case CPU_MARGIN_C, NVME_MARGIN_C, DISK_MARGIN_C, MEM_MARGIN_C -> ofMachineMargin();
            case GPU_FAULT,
                    GPU_DRIVER_FAULT,
                    GPU_FATAL_XID,
                    GPU_MISSING_COUNT,
                    GPU_CONFLICT_COUNT,
                    GPU_ECC_UNCORRECTED_COUNT,
                    GPU_THERMAL_THROTTLING,
                    GPU_ROW_REMAP_PENDING,
                    GPU_ROW_REMAP_FAILED,
                    TEMP_ALARM_COUNT,
                    FS_READ_ONLY_COUNT,
                    FS_UNREACHABLE_COUNT,
                    HUNG_READ_COUNT -> ofState();
            default -> ofAmount();
        };
    }

    private String reason(String note) {
        return templates.orElse("reason." + note.replace(' ', '_').toLowerCase(Locale.ROOT), note);
    }

    private String ofAmount() {
        OptionalDouble value = value(facts);
        values.put("value", format.amount(metric, value));
        values.put("number", format.number(metric, value));
        values.put("highIsBad", metric.direction() == Metric.Direction.HIGH_IS_BAD);
        return "value." + stage();
    }

    /** As that of an amount if nothing more than its name is known. */
    private String ofGpuMargin(Optional<OptionalInt> limitC, OptionalDouble nowC) {
        if (limitC.isEmpty()) {
            return ofAmount();
        }
        OptionalInt markC = limitC.get();
        values.put("part", Optional.empty());
        values.put("aPart", Optional.empty());
        values.put("hottest", Optional.empty());
        values.put("markC", markC.isPresent() ? Optional.of(markC.getAsInt()) : Optional.empty());
        values.put("now", temperature(nowC));
        return ofMargin();
    }

    /** Which of several parts it is, and what that one allows, is not known. */
    private String ofMachineMargin() {
        values.put("part", Optional.of(templates.render("margin." + metric + ".part", Map.of())));
        values.put("aPart", Optional.of(templates.render("margin." + metric + ".part_in_words", Map.of())));
        values.put("hottest", temperature(facts.hottestC()));
        values.put("markC", Optional.empty());
        values.put("now", Optional.empty());
        return ofMargin();
    }

    private String ofMargin() {
        OptionalDouble marginC = value(facts);
        if (marginC.isEmpty() || stage().startsWith("ended")) {
            return ofAmount();
        }
        double margin = marginC.getAsDouble();
        String mark = "margin." + metric + ".mark";
        values.put("distance", format.amount(metric, OptionalDouble.of(Math.abs(margin))));
        values.put("isAbove", margin < 0);
        values.put("mark", templates.render(mark, Map.of()));
        values.put("markInWords", templates.render(mark + "_in_words", Map.of()));
        return "margin." + stage();
    }

    private Optional<String> temperature(OptionalDouble tempC) {
        return tempC.isPresent() ? Optional.of(format.amount(Metric.CPU_TEMP_C, tempC)) : Optional.empty();
    }

    private String ofState() {
        OptionalDouble state = stateValue();
        if (state.isEmpty()) {
            return ofAmount();
        }
        String words = stateWords(Math.round(state.getAsDouble()));
        values.put("past", templates.render(words + ".past", values));
        boolean isOfDriver = metric == Metric.GPU_DRIVER_FAULT;
        values.put("over", templates.render((isOfDriver ? "state." + metric : words) + ".over", values));
        values.put("lasts", metric != Metric.GPU_FATAL_XID);
        values.put("lasted", format.duration(Duration.between(facts.alarm().since(), end())));
        values.put(
                "isGpuBlind", metric == Metric.GPU_FAULT && facts.gpus().tempC().isEmpty());
        values.put("areGpusBlind", isOfDriver);
        OptionalDouble left = stage().equals("warning_left") ? value(facts) : state;
        values.put("now", stateNow(Math.round(left.orElse(state.getAsDouble()))));
        return "state." + stage();
    }

    /** The worst of several codes is no code, so what is over is named by that with which it began. */
    private OptionalDouble stateValue() {
        if (metric == Metric.GPU_MISSING_COUNT
                && facts.kind() == MailKind.REPEATED
                && !facts.gpus().gpus().isEmpty()) {
            return OptionalDouble.of(facts.gpus().gpus().size()); // there are no readings of it to look at
        }
        return facts.kind().isOver() ? facts.alarm().raised().value() : value(facts);
    }

    private String stateNow(long code) {
        if (metric != Metric.GPU_FAULT) {
            return templates.render(stateWords(code) + ".now", values);
        }
        GpuFault fault = GpuFault.ofCode(code);
        OptionalDouble hungS = facts.gpus().hungS();
        return fault == GpuFault.HUNG && hungS.isPresent()
                ? templates.render("state.gpu_fault.hung_for", Map.of("hungS", Math.round(hungS.getAsDouble())))
                : format.fault(fault);
    }

    private String stateWords(long code) {
        int known = facts.gpus().gpuCount();
        boolean areKnown = known >= code;
        values.put("count", code);
        values.put("isOne", code == 1);
        values.put("known", areKnown ? Optional.of(known) : Optional.empty());
        values.put("isPlural", (areKnown ? known : code) != 1);
        values.put("inWords", format.codeOrAmount(metric, OptionalDouble.of((double) code)));
        boolean isFault = metric == Metric.GPU_FAULT || metric == Metric.GPU_DRIVER_FAULT;
        return "state." + metric + (isFault ? "." + ValueFormat.key(worded(GpuFault.ofCode(code))) : "");
    }

    /** The fault whose words apply. */
    static GpuFault worded(GpuFault fault) {
        return fault == GpuFault.NONE ? GpuFault.UNREADABLE : fault;
    }

    /** The alarm was raised when the silence had lasted for its raised value already. */
    private String ofSilence() {
        Moment raised = facts.alarm().raised();
        long before = Math.round(raised.value().orElse(0));
        Instant until = facts.kind().isOver() ? end() : facts.queuedAt();
        long since = Math.max(Duration.between(raised.at(), until).toSeconds(), 0);
        values.put("silence", format.duration(Duration.ofSeconds(before + since)));
        return metric + "." + facts.kind();
    }

    /**
     * What the mail says of the alarm's course. Only one after which nothing is wrong any more says that it is cleared.
     */
    private String stage() {
        Alarm alarm = facts.alarm();
        if (facts.kind() != MailKind.CLEARED) {
            return facts.kind().toString();
        }
        if (alarm.clearNote().isPresent()) {
            return alarm.warningStillFiring() ? "ended_warning_left" : "ended";
        }
        return alarm.warningStillFiring() ? "warning_left" : "cleared";
    }

    /** Of the alarm, or the time at which the mail fell due. */
    private Instant end() {
        return facts.kind() == MailKind.REPEATED
                ? facts.queuedAt()
                : facts.alarm().cleared().map(Moment::at).orElse(facts.queuedAt());
    }
}
