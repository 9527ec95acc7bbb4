package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;

/**
 * What one GPU reported at one moment. Inside the probe a GPU goes by its UUID; only the link turns that into the index
 * that travels.
 *
 * @param uuid as in {@link io.emberwatch.protocol.GpuInfo#uuid()}
 * @param values of scope {@link Scope#GPU}
 */
public record GpuSample(String uuid, MetricValues values) {
    public GpuSample {
        if (values.scope() != Scope.GPU) {
            throw new IllegalArgumentException("values of a GPU must be of scope GPU, but are of " + values.scope());
        }
    }
}
