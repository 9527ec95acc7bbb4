package io.emberwatch.probe.gpu.sysfs;

import oshi.hardware.GpuStats;
import oshi.hardware.GraphicsCard;

/** A GPU of OSHI's list, of which nothing is asked but its name. */
record NamedGpu(String deviceId, String name) implements GraphicsCard {
    @Override
    public String getName() {
        return name;
    }

    @Override
    public String getDeviceId() {
        return deviceId;
    }

    @Override
    public String getVendor() {
        return "AMD (0x1002)";
    }

    @Override
    public String getVersionInfo() {
        return "unknown";
    }

    @Override
    public long getVRam() {
        return 0;
    }

    @Override
    public GpuStats createStatsSession() {
        throw new UnsupportedOperationException();
    }
}
