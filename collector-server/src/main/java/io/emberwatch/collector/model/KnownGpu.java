package io.emberwatch.collector.model;

import io.emberwatch.protocol.GpuFault;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * A GPU that a machine has, or once had, and how it is doing.
 *
 * @param id {@code gpu.id}
 * @param machine name of the machine
 * @param slot its number in the machine, when last seen
 * @param pciBusId where it is plugged in; empty if unknown
 * @param isNamed whether the machine's last inventory names it
 * @param lastSeenAt its last reading, or the last inventory that named it, whichever is later
 * @param retiredAt when it was found to be taken out; empty if it is to be there
 * @param driverFault what the machine's last reading says is wrong with all GPUs of a driver; empty if it does not say
 * @param fault what the machine's last reading says is wrong with the GPU; empty if the GPU is not in it
 * @param fatalXid the fatal XID error that the machine's last reading reports; empty if it reports none
 */
public record KnownGpu(
        int id,
        String machine,
        int slot,
        String uuid,
        String model,
        String pciBusId,
        Limits limits,
        boolean isNamed,
        Instant lastSeenAt,
        Optional<Instant> retiredAt,
        Optional<GpuFault> driverFault,
        Optional<GpuFault> fault,
        OptionalInt fatalXid,
        Heat heat) {
    /** PCI address, or number of the device in {@code /sys/class/drm}. */
    private static final List<String> UUIDS_OF_PLACES = List.of("PCI-", "card-");

    /** Its own temperature limits, °C. */
    public record Limits(
            OptionalInt slowdownTempC,
            OptionalInt shutdownTempC,
            OptionalInt memMaxTempC,
            OptionalInt gpuMaxTempC,
            OptionalInt targetTempC) {}

    /** From the machine's last reading, °C. */
    public record Heat(OptionalDouble tempC, OptionalDouble marginC) {}

    /** How a GPU is doing. */
    public enum State {
        OK,
        /** In the machine, but something is or was just wrong with it, or with its driver. */
        FAULTY,
        /** Not there, and nobody has taken it out. */
        MISSING,
        /** Taken out: an admin said so, or another machine has it. */
        RETIRED,
        /** Not there any more; it has no identity of its own, so another GPU may have taken its place. */
        GONE,
        /** The machine's last reading does not say. */
        UNKNOWN;

        /** As it is shown, in lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whether a UUID names the GPU itself, in whatever slot or machine it is. Where a driver reports none, a probe
     * takes the GPU's place in the machine for one, and another GPU may have it tomorrow.
     */
    public static boolean namesGpuItself(String uuid) {
        return UUIDS_OF_PLACES.stream().noneMatch(uuid::startsWith);
    }

    /** What those that may be there aim for, by UUID. */
    public static Map<String, GpuTargetTemp> targets(List<KnownGpu> gpus) {
        Map<String, GpuTargetTemp> targets = new HashMap<>();
        gpus.stream()
                .filter(gpu -> gpu.state() != State.RETIRED && gpu.state() != State.GONE)
                .forEach(gpu -> GpuTargetTemp.of(
                                gpu.limits().targetTempC(), gpu.limits().slowdownTempC())
                        .ifPresent(target -> targets.put(gpu.uuid(), target)));
        return targets;
    }

    public State state() {
        if (retiredAt.isPresent()) {
            return State.RETIRED;
        }
        if (isNamed) {
            if (wrong().isPresent() || fatalXid.isPresent()) {
                return State.FAULTY;
            }
            return fault.isPresent() ? State.OK : State.UNKNOWN;
        }
        if (!namesGpuItself(uuid)) {
            return State.GONE;
        }
        return driverFault.filter(found -> found == GpuFault.NONE).isPresent() ? State.MISSING : State.UNKNOWN;
    }

    /** What is wrong with it, or with all GPUs of a driver; empty if nothing is. */
    public Optional<GpuFault> wrong() {
        return fault.filter(found -> found != GpuFault.NONE)
                .or(() -> fault.isPresent() ? Optional.empty() : driverFault.filter(found -> found != GpuFault.NONE));
    }
}
