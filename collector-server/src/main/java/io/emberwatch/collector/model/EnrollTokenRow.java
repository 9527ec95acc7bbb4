package io.emberwatch.collector.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token as it is stored; its secret is not.
 *
 * @param machine name of the one machine that it is for; empty if each box becomes a new machine
 * @param owner name of the owner of the machines
 * @param usesLeft how many boxes may still enrol with it
 * @param leftFor how much longer it is valid, by the database's clock; negative if it has expired
 * @param lastUsedFrom address and port of the box that last enrolled with it
 */
public record EnrollTokenRow(
        int id,
        Optional<String> machine,
        String owner,
        int usesLeft,
        Instant expiresAt,
        Duration leftFor,
        Optional<Instant> lastUsedAt,
        Optional<String> lastUsedFrom) {
    public boolean isExpired() {
        return leftFor.isNegative() || leftFor.isZero();
    }
}
