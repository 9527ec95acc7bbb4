package io.emberwatch.collector.model;

import io.emberwatch.collector.model.AlarmView.Moment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * All that a mail says, as it stands when the mail is sent.
 *
 * @param recipient address that it goes to
 * @param messageId its {@code Message-ID}
 * @param firstMessageId that of the first mail about the same alarm, unless this is the first
 * @param queuedAt when the mail was put into the outbox
 * @param machine the machine in danger
 * @param owner name of its owner
 * @param alarm what the mail is about
 * @param peak worst value since the alarm was pending, in the metric's unit
 * @param lastReadings the newest first, up to the end of the alarm if it is over
 * @param hottestC temperature of the hottest part of the kind at the moment that the mail is about, if that is a margin
 *     of the machine
 * @param gpus what is known around the GPU or the GPUs concerned
 */
public record MailFacts(
        MailKind kind,
        String recipient,
        String messageId,
        Optional<String> firstMessageId,
        Instant queuedAt,
        Machine machine,
        String owner,
        Alarm alarm,
        OptionalDouble peak,
        List<Moment> lastReadings,
        OptionalDouble hottestC,
        GpuFacts gpus) {
    /**
     * The machine in danger.
     *
     * @param model maker and model: as the admin knows it, else as the probe found it
     * @param location where to walk to
     * @param turnedAwayFrom address and port of the last probe that was turned away because another with the same key
     *     was connected
     */
    public record Machine(
            String name,
            Optional<String> model,
            Optional<String> location,
            Optional<String> ip,
            Optional<String> turnedAwayFrom) {}

    /**
     * One of its GPUs.
     *
     * @param model empty if no inventory has named the GPU yet
     * @param slot its number in the machine, from 0
     * @param pciBusId where it is plugged in; empty if unknown
     * @param slowdownTempC core temperature at which it slows itself down
     * @param shutdownTempC core temperature at which it turns itself off
     * @param memMaxTempC highest safe memory temperature
     * @param targetTempC core temperature that it aims for under load
     */
    public record Gpu(
            String uuid,
            String model,
            int slot,
            String pciBusId,
            OptionalInt slowdownTempC,
            OptionalInt shutdownTempC,
            OptionalInt memMaxTempC,
            OptionalInt targetTempC) {
        /** A GPU that no inventory has named yet. */
        public static Gpu unnamed(String uuid) {
            return withoutLimits(uuid, "", 0, "");
        }

        public static Gpu withoutLimits(String uuid, String model, int slot, String pciBusId) {
            OptionalInt unknown = OptionalInt.empty();
            return new Gpu(uuid, model, slot, pciBusId, unknown, unknown, unknown, unknown);
        }
    }

    /**
     * What is wrong.
     *
     * @param metric name of the metric, or {@code AlarmStore.TEST_METRIC}
     * @param gpu the GPU concerned; empty if it is the machine
     * @param limit value from which on it was raised, in the metric's unit
     * @param since when it began: the first reading beyond the limit, which had to last before the alarm was raised
     * @param clearNote why it ended, if not by its value
     * @param warningStillFiring whether a critical alarm leaves a warning behind
     * @param returnedCount how often it was cleared and returned so soon that it is still the same alarm
     */
    public record Alarm(
            long id,
            String metric,
            Severity severity,
            Optional<Gpu> gpu,
            OptionalDouble limit,
            Instant since,
            Moment raised,
            Optional<Moment> cleared,
            Optional<String> clearNote,
            boolean warningStillFiring,
            int returnedCount) {}

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
}
