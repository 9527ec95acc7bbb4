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
        GpuFacts gpus) {
    /**
     * The machine in danger.
     *
     * @param model maker and model: as the admin knows it, else as the probe found it
     * @param location where to walk to
     * @param turnedAwayFrom address and port of the last probe that was turned away because another with the same key was
     *     connected
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
            boolean warningStillFiring) {}
}
