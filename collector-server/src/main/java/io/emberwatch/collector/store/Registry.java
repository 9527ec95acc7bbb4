package io.emberwatch.collector.store;

import java.util.Map;
import java.util.Set;

/**
 * What the collector keeps in memory of the registry: limits, machines and silences at one moment. Immutable. Owners are
 * not in here: whom a mail goes to is read when the mail falls due.
 *
 * @param limits all limits
 * @param machines every registered machine by {@code machine.id}
 * @param silenced {@code machine.id} of the machines whose mails are held back
 * @param allSilenced whether the mails of all machines are held back
 */
public record Registry(
        LimitTable limits, Map<Integer, MachineCredentials> machines, Set<Integer> silenced, boolean allSilenced) {
    public Registry {
        machines = Map.copyOf(machines);
        silenced = Set.copyOf(silenced);
    }

    /** The limits of a machine. */
    public MachineLimits limitsOf(int machineId) {
        return limits.forMachine(machineId);
    }

    /** Whether mails of this machine are held back. */
    public boolean isSilenced(int machineId) {
        return allSilenced || silenced.contains(machineId);
    }

    /** Whether a session that was let in with these credentials may stay: the machine is still there, with the same key. */
    public boolean stillAdmits(MachineCredentials credentials) {
        MachineCredentials now = machines.get(credentials.machineId());
        return now != null && now.keyHash().equals(credentials.keyHash());
    }
}
