package io.emberwatch.collector.model;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What the collector keeps in memory of the registry: limits, machines, silences and cards that were taken out, at one moment. Immutable. Owners are
 * not in here: whom a mail goes to is read when the mail falls due.
 *
 * @param limits all limits
 * @param machines every registered machine by {@code machine.id}
 * @param silenced the machines whose mails are held back
 * @param retiredGpus {@code gpu.id} of the cards that were taken out
 */
public record Registry(
        LimitTable limits,
        Map<Integer, MachineCredentials> machines,
        SilencedMachines silenced,
        Set<Integer> retiredGpus) {
    public Registry {
        machines = Map.copyOf(machines);
        retiredGpus = Set.copyOf(retiredGpus);
    }

    /** The limits of a machine. */
    public MachineLimits limitsOf(int machineId) {
        return limits.forMachine(machineId);
    }

    /** How often the registry wants a machine sampled; zero if it leaves that to the probe. */
    public Duration samplingInterval(int machineId) {
        MachineCredentials machine = machines.get(machineId);
        return machine == null ? Duration.ZERO : machine.samplingInterval().orElse(Duration.ZERO);
    }

    /** Whether a session that was let in with these credentials may stay: the machine is still there, with the same key. */
    public boolean stillAdmits(MachineCredentials credentials) {
        MachineCredentials now = machines.get(credentials.machineId());
        return now != null && now.verifier().equals(credentials.verifier());
    }
}
