package io.emberwatch.collector.problem;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Decides when an admin is told of problems, and of which: rarely, and of all that came up at one time. Knows what was
 * told; neither clock nor I/O. Not thread-safe.
 */
public final class DigestSchedule {
    /** What has one cause comes up together. */
    static final Duration GATHER = Duration.ofMinutes(1);

    static final Duration INTERVAL = Duration.ofHours(1);
    /** Where something urgent begins, or all that is urgent ends. */
    static final Duration URGENT_INTERVAL = Duration.ofMinutes(10);

    private static final Comparator<ServiceProblem> URGENT_FIRST =
            Comparator.comparing(ServiceProblem::kind).thenComparing(ServiceProblem::firstAt);

    private record Key(ServiceProblem.Kind kind, String subject) {
        static Key of(ServiceProblem problem) {
            return new Key(problem.kind(), problem.subject());
        }
    }

    private final Map<Key, ServiceProblem> told = new HashMap<>();
    private Optional<Instant> lastAt = Optional.empty();
    /** Whether a digest was due and is not told yet: then it is due until it is, even if all of it is over meanwhile. */
    private boolean isOwed;

    /**
     * What to tell now, if anything. If it can be told, {@link #told} must follow; if not, this may be asked again.
     *
     * @param problems all that are known
     */
    public Optional<ProblemDigest> due(List<ServiceProblem> problems, Instant now) {
        told.keySet().retainAll(problems.stream().map(Key::of).toList());
        ProblemDigest digest = new ProblemDigest(
                select(problems, this::isFresh),
                select(problems, problem -> !isFresh(problem) && problem.isSolved() && isToldAsOpen(problem)),
                select(problems, problem -> !isFresh(problem) && !problem.isSolved()));
        isOwed = isOwed ? !(digest.fresh().isEmpty() && digest.solved().isEmpty()) : isDue(digest, now);
        return Optional.of(digest).filter(d -> isOwed);
    }

    /** That was told at this time. */
    public void told(ProblemDigest digest, Instant now) {
        Stream.concat(digest.fresh().stream(), digest.solved().stream())
                .forEach(problem -> told.put(Key.of(problem), problem));
        lastAt = Optional.of(now);
        isOwed = false;
    }

    private boolean isDue(ProblemDigest digest, Instant now) {
        // What came and went by itself is told with the next that stays.
        Stream<ServiceProblem> stays = digest.fresh().stream().filter(problem -> !problem.isSolved());
        List<ServiceProblem> causes =
                Stream.concat(stays, digest.solved().stream()).toList();
        if (causes.isEmpty()) {
            return false;
        }
        boolean isUrgent = causes.stream().anyMatch(problem -> problem.isUrgent() && !problem.isSolved());
        boolean isGathered = causes.stream()
                .anyMatch(problem -> !changedAt(problem).plus(GATHER).isAfter(now));
        Duration interval = isUrgent || digest.isAllUrgentSolved() ? URGENT_INTERVAL : INTERVAL;
        // A clock that is set back must not silence it.
        boolean isTooSoon = lastAt.filter(
                        last -> !last.isAfter(now) && last.plus(interval).isAfter(now))
                .isPresent();
        return (isUrgent || isGathered) && !isTooSoon;
    }

    private static Instant changedAt(ServiceProblem problem) {
        return problem.isSolved() ? problem.lastAt() : problem.firstAt();
    }

    /** One that came back is another. */
    private boolean isFresh(ServiceProblem problem) {
        ServiceProblem known = told.get(Key.of(problem));
        return known == null || !known.firstAt().equals(problem.firstAt());
    }

    private boolean isToldAsOpen(ServiceProblem problem) {
        return !told.get(Key.of(problem)).isSolved();
    }

    private static List<ServiceProblem> select(List<ServiceProblem> problems, Predicate<ServiceProblem> which) {
        return problems.stream().filter(which).sorted(URGENT_FIRST).toList();
    }
}
