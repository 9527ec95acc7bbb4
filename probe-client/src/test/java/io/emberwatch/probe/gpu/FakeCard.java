package io.emberwatch.probe.gpu;

import oshi.hardware.GpuStats;
import oshi.hardware.GpuTicks;
import oshi.hardware.GraphicsCard;

/** A card that knows its temperature and memory, and nothing else. */
final class FakeCard implements GraphicsCard {
    private final String vendor;
    private final String deviceId;
    boolean fails;

    FakeCard(String vendor, String deviceId) {
        this.vendor = vendor;
        this.deviceId = deviceId;
    }

    @Override
    public String getName() {
        return "Card";
    }

    @Override
    public String getDeviceId() {
        return deviceId;
    }

    @Override
    public String getVendor() {
        return vendor;
    }

    @Override
    public String getVersionInfo() {
        return "unknown";
    }

    @Override
    public long getVRam() {
        return 4096;
    }

    @Override
    public GpuStats createStatsSession() {
        return new Stats();
    }

    private final class Stats implements GpuStats {
        @Override
        public void close() {}

        @Override
        public boolean isClosed() {
            return false;
        }

        @Override
        public GpuTicks getGpuTicks() {
            throw new UnsupportedOperationException();
        }

        @Override
        public double getGpuUtilization() {
            return -1;
        }

        @Override
        public long getVramUsed() {
            return 1024;
        }

        @Override
        public long getSharedMemoryUsed() {
            return -1;
        }

        @Override
        public double getTemperature() {
            if (fails) {
                throw new IllegalStateException("fallen off the bus");
            }
            return 61;
        }

        @Override
        public double getPowerDraw() {
            return -1;
        }

        @Override
        public long getCoreClockMhz() {
            return -1;
        }

        @Override
        public long getMemoryClockMhz() {
            return -1;
        }

        @Override
        public double getFanSpeedPercent() {
            return -1;
        }
    }
}
