package io.emberwatch.collector.model;

import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** A registered machine, beside its owner's name. */
public record Machine(int id, Details details, String ownerName, Instant createdAt) {
    public String name() {
        return details.name();
    }

    /**
     * What an admin says about a machine.
     *
     * @param name as its probe gives it, see {@link io.emberwatch.protocol.Texts#isMachineName}
     * @param ownerId who is notified: {@code owner.id}
     * @param model maker and model, at most 255 characters
     * @param location where to walk to, at most 255 characters
     * @param ip for people; the collector does not use it
     * @param samplingInterval whole seconds; empty leaves it to the probe
     */
    public record Details(
            String name,
            int ownerId,
            Optional<String> model,
            Optional<String> location,
            Optional<String> ip,
            Optional<Duration> samplingInterval,
            Optional<String> notes) {
        /** A machine of which nothing else is known. */
        public static Details named(String name, int ownerId) {
            return new Details(
                    name,
                    ownerId,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * What a probe found its machine to be made of, but for its GPUs; texts are empty where it could not find out.
     *
     * @param cpuCount logical CPUs
     * @param virtualization {@code none} for bare metal, else the hypervisor's name
     * @param gpuDriver name and version of the driver of its GPUs
     * @param tempSensorCount sensors that report a temperature of its CPUs; empty if the probe does not say
     */
    public record Hardware(
            String model,
            String os,
            String kernel,
            String cpuModel,
            int cpuCount,
            String virtualization,
            String gpuDriver,
            OptionalInt tempSensorCount) {}

    /**
     * How a machine is doing.
     *
     * @param enrolledAt since when it has the key that it has now; empty if it has none
     * @param link {@code connected}, {@code stopped} (its probe said goodbye), {@code lost}, or {@code never seen}
     * @param lastHeardAt when something of it was last stored
     * @param alarms how many of its alarms are firing
     * @param historyToCome how many readings it deferred and has not backfilled yet, at most
     */
    public record State(
            Optional<Instant> enrolledAt,
            String link,
            Optional<Instant> lastHeardAt,
            Optional<String> remoteAddress,
            Optional<String> probeVersion,
            int alarms,
            long historyToCome) {
        public static final State NEVER_SEEN =
                new State(Optional.empty(), "never seen", Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);
    }

    /**
     * What a probe is checked against, and answered with.
     *
     * @param machineId {@code machine.id}
     * @param verifier of the machine's key; empty if it is not enrolled, or its key was revoked
     * @param samplingInterval how often the probe is to take a reading; empty leaves it to the probe
     */
    public record Credentials(int machineId, Optional<KeyVerifier> verifier, Optional<Duration> samplingInterval) {}
}
