package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuSample;
import io.emberwatch.probe.sample.Sample;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A sample as a table for people: metric, value, unit, meaning. */
final class SampleTable {
    private SampleTable() {}

    static String of(Sample sample, List<GpuInfo> cards) {
        List<String> lines = new ArrayList<>();
        lines.add("taken at " + sample.takenAt());
        addValues(sample.machine(), lines);
        for (GpuSample gpu : sample.gpus()) {
            lines.add("");
            lines.add(Texts.printable("GPU " + gpu.uuid() + " " + modelOf(gpu, cards)));
            addValues(gpu.values(), lines);
        }
        return lines.stream().map(String::stripTrailing).collect(Collectors.joining(System.lineSeparator()));
    }

    private static void addValues(MetricValues values, List<String> lines) {
        for (Metric metric : values.scope().metrics()) {
            String value = values.has(metric) ? metric.format(values.raw(metric)) : "absent";
            String unit = values.has(metric) ? metric.unit() : "";
            lines.add("%-26s %16s %-8s %s".formatted(metric.column(), value, unit, metric.meaning()));
        }
    }

    static String modelOf(GpuSample gpu, List<GpuInfo> cards) {
        return cards.stream()
                .filter(card -> card.uuid().equals(gpu.uuid()))
                .map(GpuInfo::model)
                .findFirst()
                .orElse("");
    }
}
