package io.emberwatch.collector.model;

import java.time.Instant;

/** A registered owner. */
public record Owner(int id, OwnerDetails details, Instant createdAt) {
    public String name() {
        return details.name();
    }
}
