package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The books of one machine in which all is well, for tests that then spoil them. Not thread-safe. */
final class Books {
    static final WatchedLimit LIMIT = WatchedLimit.of("cpu_util_percent", "80", "70", 0);
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    final List<TakenReading> taken = new ArrayList<>();
    final List<SequenceRange> mayBeLost = new ArrayList<>();
    final List<StoredReading> stored = new ArrayList<>();
    final List<SequenceRange> gaps = new ArrayList<>();
    final List<StoredAlarm> alarms = new ArrayList<>();
    int unloggedAllowed;

    /** Readings 1, 2, … a second apart, with these values. */
    static Books of(double... values) {
        Books books = new Books();
        for (double value : values) {
            books.take(value);
        }
        return books;
    }

    /** One more, taken and stored. */
    final void take(double value) {
        StoredReading reading = reading(stored.size() + 1, value);
        taken.add(new TakenReading(reading.sequence(), reading.takenAt()));
        stored.add(reading);
    }

    static StoredReading reading(long sequence, double value) {
        return new StoredReading(sequence, at(sequence), Map.of(LIMIT.metric(), BigDecimal.valueOf(value)));
    }

    static Instant at(long sequence) {
        return NOON.plusSeconds(sequence);
    }

    /** An alarm that was raised and cleared by these readings, and recorded a second after each. */
    final StoredAlarm alarm(long raisedBy, long clearedBy, StoredAlarm.Mail... mails) {
        AlarmStory story = AlarmStory.pending(LIMIT.metric(), at(raisedBy))
                .raised(at(raisedBy), value(raisedBy))
                .cleared(at(clearedBy), value(clearedBy));
        return new StoredAlarm(
                alarms.size() + 1,
                "cleared",
                story,
                List.of(event("raised", raisedBy, 1), event("cleared", clearedBy, 1)),
                List.of(mails));
    }

    final StoredAlarm.Event event(String kind, long sequence, int recordedAfterSeconds) {
        return new StoredAlarm.Event(
                kind, at(sequence), at(sequence).plusSeconds(recordedAfterSeconds), Optional.of(value(sequence)));
    }

    static StoredAlarm.Mail mail(String kind) {
        return new StoredAlarm.Mail(kind, "<" + kind + "@test>", "sent");
    }

    final MachineLedger ledger() {
        long last = stored.stream().mapToLong(StoredReading::sequence).max().orElse(0);
        return new MachineLedger("box1", taken, unloggedAllowed, mayBeLost, stored, gaps, last, alarms);
    }

    private BigDecimal value(long sequence) {
        return stored.get((int) sequence - 1).values().get(LIMIT.metric());
    }
}
