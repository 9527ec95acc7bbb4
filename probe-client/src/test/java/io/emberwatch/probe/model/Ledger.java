package io.emberwatch.probe.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.protocol.Lost;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Every reading taken, and what the spool has promised of it. A reading carries its number here as one of its values,
 * so that it is known again wherever it turns up.
 *
 * <p>What is forced arrives, whatever disk, process and power do; what is written is never lost in silence. What else
 * is allowed is what nothing can prevent:
 *
 * <ul>
 *   <li>What is only in memory goes with its process, and nobody may know that it was.
 *   <li>What is written and not forced may go with the power. So may, when its process ends, what is to be written again after a
 *       failed force: the kernel reports that once, and the next process finds a file like any other.
 *   <li>A flipped bit costs the record it stands in, and is reported; in a record of GPUs, the GPUs of the readings behind it; in a
 *       header it may cost the boot id, if that stands nowhere else.
 *   <li>An eviction whose reason was not forced yet is reported as another loss.
 * </ul>
 */
final class Ledger {
    private static final Metric NUMBER = Metric.MEM_USED_BYTES;

    private final List<Taken> readings = new ArrayList<>();
    /** So many of the first are in files. */
    private int written;
    /** So many of the first are in files that no failed force has made doubtful. */
    private int trusted;
    /** So many of the first are on disk for good. */
    private int forced;

    private boolean damaged;

    /** What may become of a reading, besides that it arrives. */
    private enum May {
        /** It may be given up when the spool is full or it is too old, and that is reported. */
        BE_EVICTED,
        /** It may be lost otherwise, and that is reported; or the record may be lost that names its GPUs. */
        BE_LOST,
        /** It may be gone without a word: it was only in the memory of a process that has ended. */
        BE_MISSING
    }

    private static final class Taken {
        private final UUID bootId;
        private final long sequence;
        private final Sample sample;
        private May may;

        Taken(UUID bootId, long sequence, Sample sample, May may) {
            this.may = may;
            this.bootId = bootId;
            this.sequence = sequence;
            this.sample = sample;
        }

        void mayAlso(May more) {
            may = more.compareTo(may) > 0 ? more : may;
        }

        @Override
        public String toString() {
            return sequence + " of " + bootId;
        }
    }

    /** The values of the next reading. */
    MetricValues.Builder number(MetricValues.Builder values) {
        return values.setRaw(NUMBER, readings.size());
    }

    int size() {
        return readings.size();
    }

    void took(UUID bootId, long sequence, Sample sample) {
        if (!readings.isEmpty()) {
            Taken before = readings.get(readings.size() - 1);
            if (before.bootId.equals(bootId)) {
                assertThat(sequence).as("a new reading's sequence").isGreaterThan(before.sequence);
            }
        }
        readings.add(new Taken(bootId, sequence, sample, May.BE_EVICTED));
    }

    void allIsWritten() {
        written = readings.size();
        trusted = written;
    }

    void writtenIsForced() {
        forced = Math.max(forced, trusted);
    }

    /** What was written since the last good force is written again. */
    void forceFailed() {
        trusted = Math.min(trusted, forced);
    }

    /** What was written stays, but for what a failed force has made doubtful. */
    void processEnded() {
        mayFrom(written, May.BE_MISSING);
        mayFrom(trusted, May.BE_LOST);
        begin();
    }

    /** What was forced stays, and what else was written is reported. */
    void powerLost() {
        mayFrom(written, May.BE_MISSING);
        mayFrom(forced, May.BE_LOST);
        begin();
        forced = written;
    }

    /** That these are lost may be reported with another reason than the one for which they were given up. */
    void mayBeReportedOtherwise(Lost lost) {
        for (Taken taken : readings) {
            if (lost.firstSequence() <= taken.sequence && taken.sequence <= lost.lastSequence()) {
                taken.mayAlso(May.BE_LOST);
            }
        }
    }

    /** Somebody damaged the disk: any record of before may be gone, even the boot id with a header. Later ones stay. */
    void damaged() {
        damaged = true;
        mayFrom(0, May.BE_LOST);
    }

    /** The number of a reading that has arrived; it must be as it was taken. */
    int recognise(UUID bootId, long sequence, Sample arrived) {
        long number = arrived.machine().has(NUMBER) ? arrived.machine().raw(NUMBER) : -1;
        assertThat(number).as("number of a reading that has arrived").isBetween(0L, readings.size() - 1L);
        Taken taken = readings.get((int) number);
        Sample expected =
                (damaged || taken.may != May.BE_EVICTED) && arrived.gpus().isEmpty()
                        ? new Sample(taken.sample.takenAt(), taken.sample.machine(), List.of())
                        : taken.sample;
        assertThat(arrived).as("content of %s", taken).isEqualTo(expected);
        assertThat(sequence).as("sequence of %s at the collector", taken).isEqualTo(taken.sequence);
        if (!damaged) {
            assertThat(bootId).as("boot id of %s at the collector", taken).isEqualTo(taken.bootId);
        }
        return (int) number;
    }

    /** At the end: each reading is at the collector, or it was reported why not, or nothing else was promised. */
    void requireComplete(Database database) {
        for (int number = 0; number < readings.size(); number++) {
            Taken taken = readings.get(number);
            if (database.has(number) || taken.may == May.BE_MISSING) {
                continue;
            }
            Set<Lost.Reason> reasons = database.reasonsFor(taken.sequence);
            assertThat(reasons).as("reasons why %s is missing", taken).isNotEmpty();
            if (taken.may == May.BE_EVICTED) {
                assertThat(reasons)
                        .as("reasons why %s is missing, of which it was promised that it is kept", taken)
                        .containsAnyOf(Lost.Reason.SPOOL_FULL, Lost.Reason.TOO_OLD);
            }
        }
    }

    private void begin() {
        written = readings.size();
        trusted = written;
    }

    private void mayFrom(int first, May may) {
        for (Taken taken : readings.subList(first, readings.size())) {
            taken.mayAlso(may);
        }
    }
}
