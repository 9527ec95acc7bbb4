package io.emberwatch.collector.problem;

import java.util.List;

/**
 * What an admin is told of at one time. Each list is ordered from the most to the least urgent.
 *
 * @param fresh not told before; some of them may be over already
 * @param solved told before as being so, and over since
 * @param known told before, and still so
 */
public record ProblemDigest(List<ServiceProblem> fresh, List<ServiceProblem> solved, List<ServiceProblem> known) {
    public ProblemDigest {
        fresh = List.copyOf(fresh);
        solved = List.copyOf(solved);
        known = List.copyOf(known);
    }

    /** Whether anything urgent is so now. */
    public boolean isUrgent() {
        return fresh.stream().anyMatch(problem -> problem.isUrgent() && !problem.isSolved())
                || known.stream().anyMatch(ServiceProblem::isUrgent);
    }

    /** Whether something urgent is over, and nothing urgent is left. */
    public boolean isAllUrgentSolved() {
        return !isUrgent() && solved.stream().anyMatch(ServiceProblem::isUrgent);
    }
}
