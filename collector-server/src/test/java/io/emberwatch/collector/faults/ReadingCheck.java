package io.emberwatch.collector.faults;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether what a probe took is what is stored, each reading once. */
final class ReadingCheck {
    /** A spool that is opened counts on from here; see the probe's numbering. */
    private static final long FIRST_OF_A_START = 1;

    private static final long START = 1L << 23;

    private final MachineLedger ledger;
    private final List<String> problems = new ArrayList<>();
    private int lost;
    private int duplicated;

    ReadingCheck(MachineLedger ledger) {
        this.ledger = ledger;
        Map<Long, Instant> taken = taken();
        Map<Long, Instant> stored = stored();
        new TreeMap<>(taken).forEach((sequence, takenAt) -> {
            if (!stored.containsKey(sequence)) {
                missing(sequence);
            } else if (!stored.get(sequence).equals(takenAt)) {
                problem("reading " + sequence + " was taken at " + takenAt + ", but is stored as of "
                        + stored.get(sequence));
            }
        });
        unlogged(taken, stored);
        gapsWithoutCause();
        long last = stored.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
        if (ledger.lastSequence() != last) {
            problem("probe_session says " + ledger.lastSequence() + ", but the last reading stored is " + last);
        }
    }

    /** Each with the machine's name; empty if all is well. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Readings taken and not stored, those included that a power failure excuses. */
    int lost() {
        return lost;
    }

    int duplicated() {
        return duplicated;
    }

    private Map<Long, Instant> taken() {
        Map<Long, Instant> bySequence = new HashMap<>();
        for (TakenReading reading : ledger.taken()) {
            if (bySequence.put(reading.sequence(), reading.takenAt()) != null) {
                problem("two readings were taken with number " + reading.sequence());
            }
        }
        return bySequence;
    }

    private Map<Long, Instant> stored() {
        Map<Long, Instant> bySequence = new HashMap<>();
        for (StoredReading reading : ledger.stored()) {
            Instant takenAt = reading.takenAt().truncatedTo(ChronoUnit.MILLIS);
            if (bySequence.put(reading.sequence(), takenAt) != null) {
                duplicated++;
                problem("reading " + reading.sequence() + " is stored more than once");
            }
        }
        return bySequence;
    }

    private void missing(long sequence) {
        lost++;
        if (ledger.mayBeLost().stream().noneMatch(range -> range.contains(sequence))) {
            problem("reading " + sequence + " was taken, but is not stored");
        } else if (ledger.gaps().stream().noneMatch(gap -> gap.contains(sequence))) {
            problem("reading " + sequence + " was lost with the spool's tail, but no reading_gap says so");
        }
    }

    /** Only the last reading before a kill can have been stored without a word of it. */
    private void unlogged(Map<Long, Instant> taken, Map<Long, Instant> stored) {
        TreeSet<Long> unlogged = new TreeSet<>(stored.keySet());
        unlogged.removeAll(taken.keySet());
        for (long sequence : unlogged) {
            boolean follows = sequence % START == FIRST_OF_A_START || taken.containsKey(sequence - 1);
            if (!follows || taken.containsKey(sequence + 1)) {
                problem("reading " + sequence + " is stored, but was never taken");
            }
        }
        if (unlogged.size() > ledger.unloggedAllowed()) {
            problem(unlogged.size() + " readings are stored that were never taken, but only " + ledger.unloggedAllowed()
                    + " kills can have swallowed a line: " + unlogged);
        }
    }

    private void gapsWithoutCause() {
        for (SequenceRange gap : ledger.gaps()) {
            boolean excused = ledger.mayBeLost().stream()
                    .anyMatch(range -> range.first() <= gap.last() && gap.first() <= range.last());
            if (!excused) {
                problem("reading_gap says that readings " + gap.first() + " to " + gap.last()
                        + " were lost, but nothing had happened to the spool");
            }
        }
    }

    private void problem(String what) {
        problems.add(ledger.machine() + ": " + what);
    }
}
