package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The fleet in a few numbers.
 *
 * @param connected machines with an open session
 * @param stopped machines whose probes said goodbye
 * @param lost machines that vanished
 * @param neverSeen machines whose probes have never connected
 * @param warnings firing alarms that are warnings
 * @param critical firing alarms that are critical
 * @param silences silences in force
 * @param mailsPending mails that wait to be sent
 * @param mailsRejected mails that a mail server refused for good
 * @param readingsRejected readings that could not be stored as they were
 * @param lastStoredAt when something was last stored
 */
public record FleetOverview(
        int machines,
        int connected,
        int stopped,
        int lost,
        int neverSeen,
        int warnings,
        int critical,
        int silences,
        int mailsPending,
        int mailsRejected,
        int readingsRejected,
        Optional<Instant> lastStoredAt) {}
