package io.emberwatch.collector.model;

import io.emberwatch.collector.model.MailFacts.Gpu;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a mail says of GPUs beside what is wrong with them; empty where the alarm has nothing to do with it.
 *
 * @param gpus if the alarm is that of the machine: the GPUs concerned, by slot
 * @param gpuCount GPUs that the machine has or should have
 * @param driver name and version of the driver of its GPUs; empty if unknown
 * @param processes what ran on the GPU at the time, the most memory first, at most {@value #MAX_PROCESSES}
 * @param moreProcesses how many there were beyond these
 * @param processesReportedAt when the machine last reported what runs there, by its clock
 * @param xids XID errors of the GPU since an hour before the alarm, the newest first, at most {@value #MAX_XIDS}
 * @param tempC core temperature at the moment that the mail is about
 * @param memTempC memory temperature at that moment
 * @param hungS time for which it had not answered then, seconds
 */
public record GpuFacts(
        List<Gpu> gpus,
        int gpuCount,
        String driver,
        List<GpuProcess> processes,
        int moreProcesses,
        Optional<Instant> processesReportedAt,
        List<XidAt> xids,
        OptionalDouble tempC,
        OptionalDouble memTempC,
        OptionalDouble hungS) {
    public static final int MAX_PROCESSES = 10;
    public static final int MAX_XIDS = 10;

    /** Nothing is known, or nothing is to be said. */
    public static final GpuFacts NONE = ofMachine(List.of(), 0, "");

    public GpuFacts {
        gpus = List.copyOf(gpus);
        processes = List.copyOf(processes);
        xids = List.copyOf(xids);
    }

    /** Of an alarm that concerns several GPUs. */
    public static GpuFacts ofMachine(List<Gpu> gpus, int gpuCount, String driver) {
        OptionalDouble unknown = OptionalDouble.empty();
        return new GpuFacts(
                gpus, gpuCount, driver, List.of(), 0, Optional.empty(), List.of(), unknown, unknown, unknown);
    }

    /**
     * A process on the GPU.
     *
     * @param name of its program; empty if unknown
     * @param user whose it is; empty if unknown
     * @param memUsedBytes memory of the GPU that it held when last seen
     * @param endedAt when it was seen to be gone; empty if it ran at the last look
     */
    public record GpuProcess(
            long pid, String name, String user, OptionalDouble memUsedBytes, Optional<Instant> endedAt) {}

    /** An XID error, and when the reading was taken that reported it. */
    public record XidAt(Instant at, int xid) {}
}
