package io.emberwatch.collector.model;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What the collector keeps in memory of the registry: limits, machines, silences, and GPUs that were taken out or that
 * two machines show, at one moment. Immutable. Owners are not in here: whom a mail goes to is read when the mail falls due.
 *
 * @param limits all limits
 * @param machines every registered machine by {@code machine.id}
 * @param silenced the machines whose mails are held back
 * @param retiredGpus {@code gpu.id} of the GPUs that were taken out
 * @param gpusClaimedTwice {@code gpu.id} of the GPUs that another machine shows, too
 */
public record Registry(
        LimitTable limits,
        Map<Integer, Machine.Credentials> machines,
        SilencedMachines silenced,
        Set<Integer> retiredGpus,
        Set<Integer> gpusClaimedTwice) {
    public Registry {
        machines = Map.copyOf(machines);
        retiredGpus = Set.copyOf(retiredGpus);
        gpusClaimedTwice = Set.copyOf(gpusClaimedTwice);
    }

    /** The limits of a machine. */
    public MachineLimits limitsOf(int machineId) {
        return limits.forMachine(machineId);
    }

    /** How often the registry wants a machine sampled; zero if it leaves that to the probe. */
    public Duration samplingInterval(int machineId) {
        Machine.Credentials machine = machines.get(machineId);
        return machine == null ? Duration.ZERO : machine.samplingInterval().orElse(Duration.ZERO);
    }

    /**
     * Whether a session that was let in with these credentials may stay: the machine is still there, with the same key.
     */
    public boolean stillAdmits(Machine.Credentials credentials) {
        Machine.Credentials now = machines.get(credentials.machineId());
        return now != null && now.verifier().equals(credentials.verifier());
    }

    /**
     * Which machines are silenced at one moment.
     *
     * @param all whether every machine is
     * @param machineIds those that are silenced by themselves
     */
    public record SilencedMachines(boolean all, Set<Integer> machineIds) {
        public SilencedMachines {
            machineIds = Set.copyOf(machineIds);
        }

        public boolean contains(int machineId) {
            return all || machineIds.contains(machineId);
        }
    }
}
