package io.emberwatch.probe.gpu;

import io.emberwatch.protocol.GpuInfo;
import java.util.List;

/**
 * Where the values of GPUs come from. Implementations say whether they may block and which threads may call them.
 */
public interface GpuSource {
    /** A machine without GPUs, or one whose GPUs are not to be watched. */
    GpuSource NONE = new GpuSource() {
        @Override
        public List<GpuInfo> inventory() {
            return List.of();
        }

        @Override
        public List<GpuSample> read() {
            return List.of();
        }
    };

    /** The cards as far as they are known now, in a stable order; brings nothing up to date by itself. */
    List<GpuInfo> inventory();

    /** The values of each card that answers, now. A card that does not answer is left out; it costs the others nothing. */
    List<GpuSample> read();
}
