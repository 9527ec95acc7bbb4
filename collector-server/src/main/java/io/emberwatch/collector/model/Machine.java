package io.emberwatch.collector.model;

import java.time.Instant;

/** A registered machine, beside its owner's name. */
public record Machine(int id, MachineDetails details, String ownerName, Instant createdAt) {
    public String name() {
        return details.name();
    }
}
