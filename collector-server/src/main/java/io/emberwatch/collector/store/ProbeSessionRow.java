package io.emberwatch.collector.store;

import java.time.Duration;
import java.util.UUID;

/**
 * What {@code probe_session} holds of a machine's latest session.
 *
 * @param epoch which of the machine's sessions this is, counted from 1
 * @param bootId numbering that {@code lastSequence} belongs to
 * @param lastSequence last reading stored, 0 for none
 * @param heardAgo how long ago something of the machine was last stored, by the database's clock
 */
public record ProbeSessionRow(int machineId, long epoch, UUID bootId, long lastSequence, Duration heardAgo) {}
