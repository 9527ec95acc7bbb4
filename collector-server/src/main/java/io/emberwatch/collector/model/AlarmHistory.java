package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An alarm with what happened to it and the mails about it, each in order. */
public record AlarmHistory(AlarmView alarm, List<Event> events, List<Mail> mails) {
    /**
     * Something that happened to it.
     *
     * @param kind raised, repeated, acknowledged or cleared
     * @param note for people, for example who acknowledged
     */
    public record Event(String kind, Moment moment, Optional<String> note) {}

    /**
     * A mail about it.
     *
     * @param state pending, sent or rejected
     * @param lastError what the mail server said last
     */
    public record Mail(
            long id,
            MailKind kind,
            String recipient,
            OutboxState state,
            Optional<String> lastError,
            Optional<Instant> sentAt) {}
}
