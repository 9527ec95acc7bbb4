package io.emberwatch.probe.gpu.nvml;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The functions of NVML that the probe calls. Each may hang for as long as the driver does. Thread-safe, as NVML is;
 * handles are valid from {@link #init()} until {@link #shutdown()}.
 *
 * <p>Each throws {@link NvmlException} with what NVML says: that the GPU has no such value, that this NVML is too old
 * for it, or that the GPU is lost.
 *
 * @see <a href="https://docs.nvidia.com/deploy/nvml-api/">NVML API Reference</a>
 */
public interface Nvml {
    /**
     * A temperature at which a GPU protects itself, or that it aims for; the number is that of {@code
     * nvmlTemperatureThresholds_t}.
     */
    enum Threshold {
        SHUTDOWN(0),
        SLOWDOWN(1),
        MEM_MAX(2),
        GPU_MAX(3),
        /** NVIDIA calls it the acoustic threshold, and {@code nvidia-smi} the target temperature. It has no T.Limit. */
        TARGET(5);

        final int number;

        Threshold(int number) {
            this.number = number;
        }
    }

    /** The number is that of {@code nvmlClockType_t}. */
    enum Clock {
        SM(1),
        MEM(2);

        final int number;

        Clock(int number) {
            this.number = number;
        }
    }

    /** The number is that of {@code nvmlMemoryErrorType_t}. */
    enum EccErrors {
        CORRECTED(0),
        UNCORRECTED(1);

        final int number;

        EccErrors(int number) {
            this.number = number;
        }
    }

    /** A value that NVML reports by its number, which is that of {@code NVML_FI_DEV_…}. */
    enum Field {
        /** Of HBM and GDDR that has a sensor, °C. */
        MEM_TEMP(82, "memory temperature"),
        /** A {@link RecoveryAdvice.Action}; since release 570 of the driver. */
        RECOVERY_ACTION(230, "recovery action");

        final int number;
        private final String words;

        Field(int number, String words) {
            this.number = number;
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /**
     * What became of a {@link Field}.
     *
     * @param value if the code is {@link NvmlCode#SUCCESS}, else nothing
     */
    record FieldAnswer(NvmlCode code, int value) {}

    /** Per cent of the last sample period, 0 to 100. */
    record Utilisation(int gpuPercent, int memPercent) {}

    /**
     * Of a GPU's own memory.
     *
     * @param usedBytes as {@code nvidia-smi} reports it: without what the driver keeps for itself, but on older
     *     releases with it
     */
    record MemoryUse(long totalBytes, long usedBytes) {}

    /**
     * Rows of memory that were replaced by spare ones.
     *
     * @param pending whether a reset is needed for that
     * @param failed whether there was no spare row left
     */
    record RemappedRows(long corrected, long uncorrected, boolean pending, boolean failed) {}

    /**
     * A process that computes on a GPU.
     *
     * @param memUsedBytes of the GPU's memory; 0 if unknown
     */
    record GpuProcess(long pid, long memUsedBytes) {}

    /** An XID error. */
    record Event(Device device, long xid) {}

    /**
     * Takes the one reference to NVML. GPUs that cannot be attached do not make it fail.
     *
     * @throws NvmlException also if there is no library or no driver
     */
    void init() throws NvmlException;

    /** Gives the reference back; what fails is not reported, for nothing could be done about it. */
    void shutdown();

    /**
     * Lets go of the library, after {@link #shutdown()} or a failed {@link #init()}: it stays in memory as it was, even
     * if another version has been installed meanwhile. Nothing else may be called any more.
     */
    void unload();

    String driverVersion() throws NvmlException;

    /** GPUs that NVML knows of, those included that do not answer. */
    int deviceCount() throws NvmlException;

    Device device(int index) throws NvmlException;

    /**
     * Begins to listen for XID errors of a GPU.
     *
     * @throws NvmlException also if it reports none
     */
    Events listen(Device device) throws NvmlException;

    /** XID errors as they happen. One thread may wait. */
    interface Events extends AutoCloseable {
        /** The next one; empty when the time is over. */
        Optional<Event> await(Duration timeout) throws NvmlException;

        @Override
        void close();
    }

    /** A GPU. Equal if it has the same handle. */
    interface Device {
        /** For example {@code GPU-8f6d8a0e-…}. */
        String uuid() throws NvmlException;

        String model() throws NvmlException;

        /** As the kernel writes it, for example {@code 0000:3b:00.0}. */
        String pciBusId() throws NvmlException;

        int coreTempC() throws NvmlException;

        /**
         * Asks for these in one call.
         *
         * @return one for each, in the same order; a driver may answer INVALID_ARGUMENT for a number that it does not
         *     know
         * @throws NvmlException if it answers none of them
         */
        List<FieldAnswer> fields(List<Field> fields) throws NvmlException;

        int thresholdC(Threshold threshold) throws NvmlException;

        /**
         * What NVIDIA calls T.Limit: degrees left until the highest temperature of normal operation; Ada and newer. May
         * be negative, or nonsense.
         */
        int tLimitC() throws NvmlException;

        /**
         * The T.Limit at which this threshold is reached, for example -2 for slowdown; Ada and newer. Not of the
         * target.
         */
        int tLimitOffsetC(Threshold threshold) throws NvmlException;

        Utilisation utilisation() throws NvmlException;

        MemoryUse memory() throws NvmlException;

        long powerMilliwatts() throws NvmlException;

        /** The limit in force. */
        long powerLimitMilliwatts() throws NvmlException;

        int clockMhz(Clock clock) throws NvmlException;

        int fanPercent() throws NvmlException;

        /** 0, the fastest, to 15; 32 for unknown. */
        int performanceState() throws NvmlException;

        /** Bit set: 0x8 hardware slowdown, 0x20 software thermal, 0x40 hardware thermal, 0x80 power brake … */
        long throttleReasons() throws NvmlException;

        /** Since the driver was loaded. */
        long eccErrors(EccErrors kind) throws NvmlException;

        /** Of Ampere and newer. */
        RemappedRows remappedRows() throws NvmlException;

        /** Of older GPUs: whether a page of memory is to be taken out of use at the next reset. */
        boolean isPageRetirementPending() throws NvmlException;

        long pcieReplays() throws NvmlException;

        /** Those that compute; INSUFFICIENT_SIZE if they are more than some thousands. */
        List<GpuProcess> processes() throws NvmlException;

        /** How many instances it is divided into; 0 if MIG is off. */
        int migInstances() throws NvmlException;
    }
}
