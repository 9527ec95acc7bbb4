package io.emberwatch.protocol;

import java.util.Objects;

/**
 * The values of one GPU in one reading.
 *
 * @param index position of the GPU in the last {@link Inventory} sent on this session, 0 to {@value WireLimits#MAX_GPUS}
 *     exclusive
 * @param values values of scope {@link Scope#GPU}
 */
public record GpuValues(int index, MetricValues values) {
    public GpuValues {
        if (index < 0 || index >= WireLimits.MAX_GPUS) {
            throw new IllegalArgumentException(
                    "GPU index must be 0 to " + (WireLimits.MAX_GPUS - 1) + ", but is " + index);
        }
        if (Objects.requireNonNull(values).scope() != Scope.GPU) {
            throw new IllegalArgumentException("values of a GPU must be of scope GPU");
        }
    }
}
