package io.emberwatch.probe.cli;

import io.emberwatch.probe.gpu.GpuSample;
import io.emberwatch.probe.sample.Sample;
import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.protocol.GpuInfo;
import io.emberwatch.protocol.MetricValues;
import java.util.List;
import java.util.StringJoiner;

/**
 * A sample as one JSON object: every metric of the catalogue by its column name, {@code null} where absent, and the GPUs as an
 * array under {@code gpus}.
 */
final class SampleJson {
    private SampleJson() {}

    static String of(Sample sample, List<GpuInfo> cards) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        object.add("\"taken_at\":" + FlatJson.quoted(sample.takenAt().toString()));
        addValues(sample.machine(), object);
        StringJoiner gpus = new StringJoiner(",", "[", "]");
        for (GpuSample gpu : sample.gpus()) {
            StringJoiner card = new StringJoiner(",", "{", "}");
            card.add("\"uuid\":" + FlatJson.quoted(gpu.uuid()));
            card.add("\"model\":" + FlatJson.quoted(SampleTable.modelOf(gpu, cards)));
            addValues(gpu.values(), card);
            gpus.add(card.toString());
        }
        return object.add("\"gpus\":" + gpus).toString();
    }

    private static void addValues(MetricValues values, StringJoiner object) {
        values.scope()
                .metrics()
                .forEach(metric -> object.add(FlatJson.quoted(metric.column()) + ":"
                        + (values.has(metric) ? metric.format(values.raw(metric)) : "null")));
    }
}
