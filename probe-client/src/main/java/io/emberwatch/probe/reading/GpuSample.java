package io.emberwatch.probe.reading;

import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.List;

/**
 * What one GPU reported at one moment. Inside the probe a GPU goes by its UUID; only the link turns that into the index
 * that travels.
 *
 * @param uuid as in {@link io.emberwatch.protocol.GpuInfo#uuid()}
 * @param values of scope {@link Scope#GPU}
 * @param xids as in {@link io.emberwatch.protocol.GpuValues#xids()}
 */
public record GpuSample(String uuid, MetricValues values, List<Integer> xids) {
    public GpuSample(String uuid, MetricValues values) {
        this(uuid, values, List.of());
    }

    public GpuSample {
        if (values.scope() != Scope.GPU) {
            throw new IllegalArgumentException("values of a GPU must be of scope GPU, but are of " + values.scope());
        }
        xids = List.copyOf(xids);
    }
}
