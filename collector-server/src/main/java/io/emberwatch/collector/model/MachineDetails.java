package io.emberwatch.collector.model;

import java.time.Duration;
import java.util.Optional;

/**
 * What an admin says about a machine.
 *
 * @param name as its probe gives it, see {@link io.emberwatch.protocol.Texts#isMachineName}
 * @param ownerId who is told: {@code owner.id}
 * @param model maker and model, at most 255 characters
 * @param location where to walk to, at most 255 characters
 * @param ip for people; the collector does not use it
 * @param samplingInterval whole seconds; empty leaves it to the probe
 */
public record MachineDetails(
        String name,
        int ownerId,
        Optional<String> model,
        Optional<String> location,
        Optional<String> ip,
        Optional<Duration> samplingInterval,
        Optional<String> notes) {
    /** A machine of which nothing else is known. */
    public static MachineDetails named(String name, int ownerId) {
        return new MachineDetails(
                name,
                ownerId,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
