package io.emberwatch.collector.problem;

import static io.emberwatch.collector.problem.ServiceProblem.Kind.DATABASE_READ_ONLY;
import static io.emberwatch.collector.problem.ServiceProblem.Kind.MACHINE_LOCKED;
import static io.emberwatch.collector.problem.ServiceProblem.Kind.MAIL_REJECTED;
import static io.emberwatch.collector.problem.ServiceProblem.Kind.READINGS_REJECTED;
import static io.emberwatch.collector.problem.ServiceProblem.Kind.WRITER_STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DigestScheduleTest {
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-27T12:00:00Z"));
    private final ServiceProblems problems = new ServiceProblems(clock);
    private final DigestSchedule schedule = new DigestSchedule();

    @Test
    void without_problems_nothing_is_told() {
        assertThat(due()).isEmpty();
    }

    @Test
    void the_first_mail_tells_all_that_came_up_in_a_minute_the_most_urgent_first() {
        problems.report(READINGS_REJECTED, "gpu07", "…");
        clock.pass(DigestSchedule.GATHER.minus(A_MOMENT));
        problems.report(MAIL_REJECTED, "wang@example.org", "…");
        assertThat(due()).isEmpty();

        clock.pass(A_MOMENT);

        assertThat(tell().fresh()).extracting(ServiceProblem::kind).containsExactly(MAIL_REJECTED, READINGS_REJECTED);
        assertThat(due()).isEmpty();
    }

    @Test
    void what_is_new_or_solved_since_is_told_once_an_hour() {
        first(READINGS_REJECTED, "gpu07");
        problems.report(READINGS_REJECTED, "gpu08", "…");
        problems.solved(READINGS_REJECTED, "gpu07");
        problems.report(MACHINE_LOCKED, "gpu09", "…");
        clock.pass(DigestSchedule.INTERVAL.minus(A_MOMENT));
        assertThat(due()).isEmpty();

        clock.pass(A_MOMENT);

        ProblemDigest digest = tell();
        assertThat(digest.fresh()).extracting(ServiceProblem::subject).containsExactly("gpu09", "gpu08");
        assertThat(digest.solved()).extracting(ServiceProblem::subject).containsExactly("gpu07");
    }

    @Test
    void what_was_told_and_is_still_so_is_only_named_beside_what_is_new() {
        first(READINGS_REJECTED, "gpu07");
        clock.pass(DigestSchedule.INTERVAL);
        problems.report(READINGS_REJECTED, "gpu07", "again");
        assertThat(due()).isEmpty();

        problems.report(READINGS_REJECTED, "gpu08", "…");
        clock.pass(DigestSchedule.GATHER);

        ProblemDigest digest = tell();
        assertThat(digest.fresh()).extracting(ServiceProblem::subject).containsExactly("gpu08");
        assertThat(digest.known()).extracting(ServiceProblem::text).containsExactly("again");
    }

    @Test
    void what_came_and_went_within_the_minute_is_told_with_the_next_that_stays() {
        problems.report(MACHINE_LOCKED, "gpu07", "…");
        problems.solved(MACHINE_LOCKED, "gpu07");
        clock.pass(Duration.ofHours(2));
        assertThat(due()).isEmpty();

        problems.report(MACHINE_LOCKED, "gpu08", "…");
        clock.pass(DigestSchedule.GATHER);

        assertThat(tell().fresh()).extracting(ServiceProblem::subject).containsExactly("gpu07", "gpu08");
    }

    @Test
    void what_is_urgent_is_told_at_once() {
        problems.report(DATABASE_READ_ONLY, "the database", "…");

        assertThat(tell().isUrgent()).isTrue();
    }

    @Test
    void what_is_urgent_breaks_the_hour_and_waits_ten_minutes_at_most() {
        first(READINGS_REJECTED, "gpu07");
        problems.report(WRITER_STUCK, "writer-0", "…");
        clock.pass(DigestSchedule.URGENT_INTERVAL.minus(A_MOMENT));
        assertThat(due()).isEmpty();

        clock.pass(A_MOMENT);

        assertThat(tell().fresh()).extracting(ServiceProblem::subject).containsExactly("writer-0");
    }

    @Test
    void that_all_is_solved_that_was_urgent_breaks_the_hour_too() {
        problems.report(WRITER_STUCK, "writer-0", "…");
        problems.report(DATABASE_READ_ONLY, "the database", "…");
        tell();
        problems.solved(WRITER_STUCK, "writer-0");
        clock.pass(DigestSchedule.URGENT_INTERVAL);
        assertThat(due()).as("something urgent is left").isEmpty();

        problems.solved(DATABASE_READ_ONLY, "the database");
        clock.pass(DigestSchedule.GATHER);

        ProblemDigest digest = tell();
        assertThat(digest.isAllUrgentSolved()).isTrue();
        assertThat(digest.solved()).hasSize(2);
    }

    @Test
    void what_comes_back_is_new_and_still_waits_for_the_hour() {
        first(MACHINE_LOCKED, "gpu07");
        for (int minute = 0; minute < 59; minute++) {
            problems.solved(MACHINE_LOCKED, "gpu07");
            clock.pass(Duration.ofMinutes(1));
            problems.report(MACHINE_LOCKED, "gpu07", "…");
            assertThat(due()).isEmpty();
        }
        clock.pass(DigestSchedule.GATHER);

        assertThat(tell().fresh()).hasSize(1);
    }

    @Test
    void what_could_not_be_told_is_due_until_it_is_even_if_it_is_over_meanwhile() {
        problems.report(WRITER_STUCK, "writer-0", "…");
        assertThat(due()).isPresent();
        problems.solved(WRITER_STUCK, "writer-0");
        clock.pass(A_MOMENT);

        assertThat(tell().fresh()).singleElement().matches(ServiceProblem::isSolved);
        assertThat(due()).isEmpty();
    }

    @Test
    void a_clock_that_is_set_back_silences_nothing() {
        first(READINGS_REJECTED, "gpu07");
        clock.pass(Duration.ofDays(-1));
        problems.report(READINGS_REJECTED, "gpu08", "…");
        clock.pass(DigestSchedule.GATHER);

        assertThat(due()).isPresent();
    }

    private void first(ServiceProblem.Kind kind, String subject) {
        problems.report(kind, subject, "…");
        clock.pass(DigestSchedule.GATHER);
        tell();
    }

    private Optional<ProblemDigest> due() {
        return schedule.due(problems.all(), clock.instant());
    }

    private ProblemDigest tell() {
        ProblemDigest digest = due().orElseThrow();
        schedule.told(digest, clock.instant());
        return digest;
    }
}
