package io.emberwatch.collector.model;

import io.emberwatch.protocol.AcknowledgedRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What {@code probe_session} holds of a machine's latest session.
 *
 * @param epoch which of the machine's sessions this is, counted from 1
 * @param bootId numbering that {@code acknowledged} belongs to
 * @param acknowledged what is stored
 * @param lastTakenAt time of the last live reading, by the machine's clock; empty if there is none
 * @param heardAgo how long ago something of the machine was last stored, by the database's clock
 */
public record ProbeSessionRow(
        int machineId,
        long epoch,
        UUID bootId,
        AcknowledgedRange acknowledged,
        Optional<Instant> lastTakenAt,
        HistoryRow history,
        Duration heardAgo) {}
