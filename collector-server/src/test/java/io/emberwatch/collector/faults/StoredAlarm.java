package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A row of table {@code alarm}, with its events and mails in the order in which they were stored.
 *
 * @param state as stored: pending, firing or cleared
 */
record StoredAlarm(long id, String state, AlarmStory story, List<Event> events, List<Mail> mails) {
    /** A row of table {@code alarm_event}. */
    record Event(String kind, Instant happenedAt, Instant recordedAt, Optional<BigDecimal> value) {
        Event {
            value = value.map(BigDecimal::stripTrailingZeros);
        }
    }

    /** A row of table {@code mail_outbox}. */
    record Mail(String kind, String messageId, String state) {}

    List<Event> events(String kind) {
        return events.stream().filter(event -> event.kind().equals(kind)).toList();
    }
}
