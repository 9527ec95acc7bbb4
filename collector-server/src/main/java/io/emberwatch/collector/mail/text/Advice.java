package io.emberwatch.collector.mail.text;

import io.emberwatch.collector.model.MailFacts;
import io.emberwatch.collector.model.MailFacts.Gpu;
import io.emberwatch.protocol.GpuFault;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Scope;
import io.emberwatch.protocol.Xid;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which steps a person standing before the machine can take. Commands name a GPU as NVIDIA's tool takes it, whatever
 * else lies in its slot.
 */
final class Advice {
    /** Names come from the machine, and people copy commands: nothing else may stand in one. */
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:.-]{0,63}");

    private static final Pattern RESET = Pattern.compile("\\breset\\b", Pattern.CASE_INSENSITIVE);

    private Advice() {}

    /**
     * The steps, each a line.
     *
     * @param values gets what the words use
     */
    static List<String> on(MailFacts facts, Metric metric, MailTemplates templates, Map<String, Object> values) {
        long code = Math.round(Headline.value(facts).orElse(0));
        if (metric.scope() == Scope.GPU || metric == Metric.GPU_DRIVER_FAULT) {
            addGpu(facts, templates, values);
        }
        String name = switch (metric) {
            case GPU_FAULT, GPU_DRIVER_FAULT -> metric + "." + ValueFormat.key(Headline.worded(GpuFault.ofCode(code)));
            case GPU_FATAL_XID -> {
                Xid xid = Xid.of((int) code);
                values.put("action", templates.orElse("xid." + xid.code() + ".action", xid.action()));
                values.put("resetHelps", RESET.matcher(xid.action()).find());
                yield metric.toString();
            }
            case GPU_MISSING_COUNT -> {
                values.put("missingGpu", missingGpu(facts));
                yield metric.toString();
            }
            default -> metric.toString();
        };
        return templates.render("advice." + name, values).lines().toList();
    }

    private static void addGpu(MailFacts facts, MailTemplates templates, Map<String, Object> values) {
        Optional<Gpu> gpu = facts.alarm().gpu();
        String driver = facts.gpus().driver();
        values.put("gpuId", gpu.map(Advice::commandName).orElse("0"));
        values.put(
                "isNvidia", gpu.map(Advice::isNvidia).orElseGet(() -> driver.isEmpty() || driver.contains("NVIDIA")));
        values.put("kernelLog", templates.render("step.kernel_log", values));
        values.put("resetGpu", templates.render("step.reset_gpu", values));
        values.put("eccCounters", templates.render("step.ecc_counters", values));
        values.put("remapCounters", templates.render("step.remap_counters", values));
    }

    private static String missingGpu(MailFacts facts) {
        return facts.gpus().gpus().stream()
                .map(Gpu::uuid)
                .filter(uuid -> SAFE_NAME.matcher(uuid).matches())
                .findFirst()
                .orElse("UUID");
    }

    private static boolean isNvidia(Gpu gpu) {
        return gpu.uuid().startsWith("GPU-") || gpu.model().contains("NVIDIA");
    }

    private static String commandName(Gpu gpu) {
        if (SAFE_NAME.matcher(gpu.pciBusId()).matches()) {
            return gpu.pciBusId();
        }
        return SAFE_NAME.matcher(gpu.uuid()).matches() ? gpu.uuid() : Integer.toString(gpu.slot());
    }
}
