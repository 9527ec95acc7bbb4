package io.emberwatch.probe.sample;

import io.emberwatch.protocol.Metric;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The fullest filesystem on a local disk, in per cent of what ordinary users may fill, as {@code df} says it. Only known
 * local types are ever touched: asking a network filesystem whose server is away can hang for good.
 */
final class FilesystemSampler implements Sampler {
    private final MountTable mounts;
    private final Function<String, Space> spaceAt;

    /**
     * Bytes of one filesystem.
     *
     * @param total 0 if it cannot be asked
     * @param free including what is reserved for root
     * @param usable what ordinary users may still fill
     */
    record Space(long total, long free, long usable) {
        OptionalDouble usedPercent() {
            long used = total - free;
            return used + usable > 0 ? OptionalDouble.of(100.0 * used / (used + usable)) : OptionalDouble.empty();
        }
    }

    /** @param spaceAt the space of the filesystem mounted at a path */
    FilesystemSampler(MountTable mounts, Function<String, Space> spaceAt) {
        this.mounts = mounts;
        this.spaceAt = spaceAt;
    }

    @Override
    public void sample(Readout readout) {
        readout.put(
                Metric.FS_USED_PERCENT,
                mounts.localMountPoints().stream()
                        .map(mountPoint -> spaceAt.apply(mountPoint).usedPercent())
                        .flatMapToDouble(OptionalDouble::stream)
                        .max());
    }
}
