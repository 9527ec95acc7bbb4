package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.MachineDetails;
import picocli.CommandLine.Option;

/** What {@code machine add} and {@code machine edit} both take. */
final class MachineFields {
    @Option(names = "--model", paramLabel = "TEXT", description = "Maker and model.")
    private String model;

    @Option(names = "--location", paramLabel = "TEXT", description = "Where to walk to: room, rack, unit.")
    private String location;

    @Option(names = "--ip", paramLabel = "IP", description = "Address, for people; the collector does not use it.")
    private String ip;

    @Option(
            names = "--sampling-interval",
            paramLabel = "TIME",
            description = "How often the probe is to take a reading, 1s to 1h; '' leaves it to the probe.")
    private String samplingInterval;

    @Option(names = "--notes", paramLabel = "TEXT", description = "Free text.")
    private String notes;

    /** {@code old} with what was given in its place; an empty text removes. */
    MachineDetails over(MachineDetails old, String name, int ownerId) {
        return new MachineDetails(
                name,
                ownerId,
                model == null ? old.model() : Validation.line(model),
                location == null ? old.location() : Validation.line(location),
                ip == null ? old.ip() : Validation.ip(ip),
                samplingInterval == null ? old.samplingInterval() : Validation.samplingInterval(samplingInterval),
                notes == null ? old.notes() : Validation.notes(notes));
    }
}
