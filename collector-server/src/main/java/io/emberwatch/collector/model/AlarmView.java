package io.emberwatch.collector.model;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An alarm as people see it.
 *
 * @param id its number, as mails and commands name it
 * @param machine name of the machine
 * @param component UUID of the GPU, or empty for the machine itself
 * @param metric name of the metric, or {@code AlarmStore.TEST_METRIC}
 * @param isHistory whether it was judged afterwards, from history that came in beside the live readings
 * @param limit value from which on it was raised, in the metric's unit
 * @param mailedAt when the owner was last notified; empty if never
 * @param returnedCount how often it was cleared and returned so soon that it is still the same alarm
 * @param returnedAt reading with which it last did, in the machine's own time; empty if it never did
 */
public record AlarmView(
        long id,
        String machine,
        String component,
        String metric,
        Severity severity,
        boolean isHistory,
        State state,
        Instant pendingSince,
        OptionalDouble limit,
        Optional<Moment> raised,
        Optional<Moment> cleared,
        Optional<Instant> mailedAt,
        Optional<Acknowledgement> acknowledgement,
        int returnedCount,
        Optional<Instant> returnedAt) {
    /** Who took the alarm on, and when. */
    public record Acknowledgement(Instant at, String by) {}

    /** An alarm with what happened to it and the mails about it, each in order. */
    public record History(AlarmView alarm, List<Event> events, List<Mail> mails) {
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
                MailKind kind,
                String recipient,
                OutboxState state,
                Optional<String> lastError,
                Optional<Instant> sentAt) {}
    }

    /** How far an alarm has come. */
    public enum State {
        PENDING,
        FIRING,
        CLEARED;

        /** As it stands in tables and commands: in lower case. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A time and the value measured at it, in the metric's unit; empty if it is unknown. */
    public record Moment(Instant at, OptionalDouble value) {}
}
