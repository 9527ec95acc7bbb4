package io.emberwatch.collector.model;

import io.emberwatch.protocol.Lost;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Readings that a machine's probe has lost, as people see it.
 *
 * @param from when the first of them was taken, or the last one before, by the machine's clock
 * @param to when the last of them was taken, or the first one after; before {@code from} if the clock was set back
 * @param count how many; empty: not known, perhaps none
 * @param recordedAt when the probe last said so
 */
public record ReadingGap(Instant from, Instant to, OptionalLong count, Lost.Reason reason, Instant recordedAt) {}
