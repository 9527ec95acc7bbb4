package io.emberwatch.probe.spool.disk;

import io.emberwatch.probe.spool.disk.SegmentReader.Scan;
import io.emberwatch.protocol.Lost;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what an earlier process left in the directory, and what of it is missing. Changes nothing there. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final UUID kernelBootId;
    private final Instant now;
    private final List<Scan> scans;
    private final Optional<Checkpoint> checkpoint;
    private final Holes holes;

    /**
     * What an earlier process left in the directory.
     *
     * @param bootId empty if it left nothing
     * @param lastGiven the last sequence that may have been given
     */
    record Recovered(
            List<Segment> segments,
            Optional<UUID> bootId,
            Numbering numbering,
            long lastGiven,
            UnackedRanges unacked,
            Losses losses,
            long runningMillis) {}

    private Recovery(List<Scan> scans, Optional<Checkpoint> checkpoint, UUID kernelBootId, Instant now) {
        this.scans = scans;
        this.checkpoint = checkpoint;
        this.kernelBootId = kernelBootId;
        this.now = now;
        this.holes = new Holes(
                checkpoint.map(Checkpoint::unacked).orElse(UnackedRanges.EVERYTHING),
                new Losses(checkpoint.map(Checkpoint::losses).orElse(List.of())));
    }

    /**
     * @param kernelBootId names the time since the machine was started; two zeros if not known
     * @throws IOException if the directory or a file in it cannot be read, or there are no numbers left
     */
    static Recovered run(SpoolFiles files, CheckpointFile checkpointFile, UUID kernelBootId, Instant now)
            throws IOException {
        List<Scan> scans = new ArrayList<>();
        long highest = 0;
        for (Map.Entry<String, Long> file : files.list().entrySet()) {
            OptionalLong first = Segment.firstOf(file.getKey());
            if (first.isPresent()) {
                Scan scan = SegmentReader.scan(files, first.getAsLong(), file.getValue());
                highest = Math.max(highest, first.getAsLong());
                if (scan.isOurs()) {
                    scans.add(scan);
                } else {
                    LOG.warn(
                            "{} in the spool's directory is not readable as a segment; it is left alone",
                            file.getKey());
                }
            }
        }
        long writtenAgain = Long.MAX_VALUE;
        for (int i = scans.size() - 1; i >= 0; i--) {
            // What could not be forced was written again, into a later one; where that is torn, what there is counts.
            SequenceRanges runs = scans.get(i).segment().runs();
            runs.removeFrom(writtenAgain);
            writtenAgain = runs.isEmpty() ? writtenAgain : runs.ranges().get(0).first();
        }
        return new Recovery(scans, checkpointFile.read(), kernelBootId, now).result(highest);
    }

    private Recovered result(long highestName) throws IOException {
        long lastGiven = findHoles();
        lastGiven = Math.max(lastGiven, checkpoint.map(Checkpoint::lastSequence).orElse(0L));
        Numbering numbering = Numbering.after(Math.max(lastGiven, highestName), now);
        if (endedByPowerLoss(highestName)) {
            holes.powerLoss(numbering.last(), now);
            lastGiven = numbering.last();
        } else {
            holes.upTo(lastGiven, now);
        }
        holes.report();
        return new Recovered(
                segments(),
                bootId(highestName),
                numbering,
                lastGiven,
                unacked(lastGiven, numbering),
                holes.losses(),
                Math.max(
                        checkpoint.map(Checkpoint::runningMillis).orElse(0L),
                        scans.stream()
                                .mapToLong(scan -> scan.segment().runningMillis())
                                .max()
                                .orElse(0)));
    }

    /**
     * The segments of the start that begins now say too that nobody gave these; they may be gone before those of
     * earlier ones.
     */
    private UnackedRanges unacked(long lastGiven, Numbering numbering) {
        return lastGiven < numbering.last()
                ? holes.unacked().withoutUngiven(new SequenceRange(lastGiven + 1, numbering.last()))
                : holes.unacked();
    }

    /** Goes through all that is there; returns the last sequence known to be given. */
    private long findHoles() {
        for (Scan scan : scans) {
            Segment segment = scan.segment();
            if (scan.damaged()) {
                LOG.warn(
                        "{} is damaged; {} readings in it are intact",
                        segment.name(),
                        segment.runs().size());
            }
            Instant begins = segment.runs().isEmpty()
                    ? scan.header()
                            .map(header -> Instant.ofEpochMilli(header.createdAtMillis()))
                            .orElse(now)
                    : Instant.ofEpochMilli(segment.oldestMillis());
            // Without its header all numbers before it may have been given.
            holes.upTo(scan.header().map(SegmentHeader::lastGiven).orElse(segment.first() - 1), begins);
            holes.beginStart(segment.first());
            holes.upTo(segment.first() - 1, begins);
            for (SequenceRange run : List.copyOf(segment.runs().ranges())) {
                holes.upTo(run.first() > segment.first() ? run.first() - 1 : 0, begins);
                holes.held(run, Instant.ofEpochMilli(segment.newestMillis()));
            }
        }
        return holes.given();
    }

    private boolean endedByPowerLoss(long highestName) {
        if (scans.isEmpty()) {
            // There always is a newest segment, be it unreadable.
            return checkpoint.isPresent() || highestName > 0;
        }
        Scan last = scans.get(scans.size() - 1);
        boolean sameKernel = isThisKernel(last.header().map(SegmentHeader::kernelBootId));
        // A newer segment of which nothing can be read was begun after the last one was closed.
        boolean newestIsGone = highestName > last.segment().first()
                || checkpoint
                        .filter(known ->
                                known.start() > Numbering.startOf(last.segment().first()))
                        .filter(known -> !isThisKernel(Optional.of(known.kernelBootId())))
                        .isPresent();
        return newestIsGone || (!last.closed() && (last.torn() || !sameKernel));
    }

    private boolean isThisKernel(Optional<UUID> id) {
        return id.filter(kernelBootId::equals)
                .filter(known -> !known.equals(new UUID(0, 0)))
                .isPresent();
    }

    private List<Segment> segments() {
        List<Segment> segments = scans.stream().map(Scan::segment).toList();
        for (int i = 0; i < segments.size(); i++) {
            segments.get(i)
                    .endedAt(
                            i + 1 < segments.size()
                                    ? segments.get(i + 1).runningMillis()
                                    : checkpoint.map(Checkpoint::runningMillis).orElse(0L));
        }
        return segments;
    }

    /** The newest segment's, or the checkpoint's if that is newer or no segment has one. */
    private Optional<UUID> bootId(long highestName) {
        for (int i = scans.size() - 1; i >= 0; i--) {
            if (scans.get(i).header().isPresent()) {
                SegmentHeader header = scans.get(i).header().get();
                return Optional.of(checkpoint
                        .filter(newer -> newer.runningMillis() > header.runningMillis())
                        .map(Checkpoint::bootId)
                        .orElse(header.bootId()));
            }
        }
        return checkpoint
                .map(Checkpoint::bootId)
                .or(() -> scans.isEmpty() && highestName == 0 ? Optional.empty() : Optional.of(UUID.randomUUID()));
    }

    /** Walks along the sequences and keeps what is missing. */
    private static final class Holes {
        private final UnackedRanges unacked;
        private final Losses losses;
        private long known;
        private long given;
        private Instant knownAt = Instant.EPOCH;
        private long found;

        Holes(UnackedRanges unacked, Losses losses) {
            this.unacked = unacked;
            this.losses = losses;
        }

        UnackedRanges unacked() {
            return unacked;
        }

        Losses losses() {
            return losses;
        }

        /** The last sequence known to be given. */
        long given() {
            return given;
        }

        void held(SequenceRange run, Instant at) {
            known = Math.max(known, run.last());
            given = known;
            knownAt = at;
        }

        /** Nothing more is held up to this sequence, which may have been given. */
        void upTo(long sequence, Instant at) {
            // A number that is never given to a reading stands for whatever was given before it.
            boolean endUnknown = (sequence & ((1L << Numbering.BITS_OF_N) - 1)) == 0;
            miss(sequence, at, endUnknown ? Lost.Reason.POWER_LOSS : Lost.Reason.DAMAGED);
        }

        /** Within a start all numbers are given, so those before this sequence are. */
        void beginStart(long sequence) {
            known = Math.max(known, Numbering.startOf(sequence) << Numbering.BITS_OF_N);
        }

        void powerLoss(long sequence, Instant at) {
            miss(sequence, at, Lost.Reason.POWER_LOSS);
        }

        void report() {
            if (found > 0) {
                LOG.warn("the spool lacks readings in {} places: {}", found, losses.list());
            }
        }

        private void miss(long upTo, Instant at, Lost.Reason reason) {
            if (upTo <= known) {
                return;
            }
            boolean counted = reason == Lost.Reason.DAMAGED && Numbering.startOf(known + 1) == Numbering.startOf(upTo);
            for (SequenceRange missing : unacked.within(new SequenceRange(known + 1, upTo))) {
                for (SequenceRange hole : List.copyOf(losses.uncovered(missing))) {
                    Instant from = knownAt.equals(Instant.EPOCH) ? at : knownAt;
                    losses.add(new Lost(hole.first(), hole.last(), counted ? hole.size() : 0, from, at, reason), false);
                    found++;
                }
            }
            known = upTo;
            given = upTo;
        }
    }
}
