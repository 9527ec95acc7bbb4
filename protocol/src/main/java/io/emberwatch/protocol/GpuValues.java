package io.emberwatch.protocol;

import java.util.List;
import java.util.Objects;

/**
 * The values of one GPU in one reading.
 *
 * @param index position of the GPU in the last {@link Inventory} sent on this session, 0 to {@value
 *     WireLimits#MAX_GPUS} exclusive
 * @param values values of scope {@link Scope#GPU}
 * @param xids codes of the XID errors since the reading before, in the order in which they happened; each 0 to
 *     {@value WireLimits#MAX_XID}, at most {@value WireLimits#MAX_XIDS}
 */
public record GpuValues(int index, MetricValues values, List<Integer> xids) {
    public GpuValues {
        if (index < 0 || index >= WireLimits.MAX_GPUS) {
            throw new IllegalArgumentException(
                    "GPU index must be 0 to " + (WireLimits.MAX_GPUS - 1) + ", but is " + index);
        }
        if (Objects.requireNonNull(values).scope() != Scope.GPU) {
            throw new IllegalArgumentException("values of a GPU must be of scope GPU");
        }
        xids = List.copyOf(xids);
        if (xids.size() > WireLimits.MAX_XIDS) {
            throw new IllegalArgumentException("more than " + WireLimits.MAX_XIDS + " XID errors: " + xids.size());
        }
        if (xids.stream().anyMatch(xid -> xid < 0 || xid > WireLimits.MAX_XID)) {
            throw new IllegalArgumentException("XID codes must be 0 to " + WireLimits.MAX_XID + ", but are " + xids);
        }
    }
}
