package io.emberwatch.collector.problem;

import static io.emberwatch.collector.problem.ServiceProblem.Kind.READINGS_REJECTED;
import static io.emberwatch.collector.problem.ServiceProblem.Kind.WRITER_STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServiceProblemsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final ManualClock clock = new ManualClock(NOW);
    private final ServiceProblems problems = new ServiceProblems(clock);

    @Test
    void what_is_said_again_counts_and_shows_its_last_words() {
        problems.report(WRITER_STUCK, "writer-0", "no progress for 10 s");
        problems.report(WRITER_STUCK, "writer-0", "no progress for 20 s");

        assertThat(problems.all())
                .containsExactly(
                        new ServiceProblem(WRITER_STUCK, "writer-0", "no progress for 20 s", NOW, NOW, 2, false));
    }

    @Test
    void what_is_solved_stays_to_be_seen_and_begins_anew_when_it_comes_back() {
        problems.report(WRITER_STUCK, "writer-0", "once");
        problems.solved(WRITER_STUCK, "writer-0");
        assertThat(problems.all()).singleElement().matches(ServiceProblem::isSolved);

        problems.report(WRITER_STUCK, "writer-0", "again");
        assertThat(problems.all())
                .containsExactly(new ServiceProblem(WRITER_STUCK, "writer-0", "again", NOW, NOW, 1, false));
    }

    @Test
    void however_many_machines_misbehave_it_keeps_a_bounded_number() {
        for (int machine = 0; machine < 1_000; machine++) {
            problems.report(READINGS_REJECTED, "machine-" + machine, "a line\nand another");
        }
        problems.report(WRITER_STUCK, "writer-0", "still to be seen");

        assertThat(problems.all()).hasSize(ServiceProblems.MAX_SUBJECTS + 2);
        assertThat(problems.all().get(ServiceProblems.MAX_SUBJECTS).count()).isEqualTo(900);
        assertThat(problems.all()).noneMatch(problem -> problem.text().contains("\n"));
    }

    @Test
    void what_was_solved_a_day_ago_or_not_seen_for_two_is_forgotten() {
        problems.report(WRITER_STUCK, "writer-0", "no progress for 10 s");
        problems.solved(WRITER_STUCK, "writer-0");
        problems.report(READINGS_REJECTED, "gpu07", "a reading");
        clock.pass(Duration.ofHours(24));
        assertThat(problems.all()).hasSize(2);

        clock.pass(Duration.ofSeconds(1));
        assertThat(problems.all()).extracting(ServiceProblem::kind).containsExactly(READINGS_REJECTED);

        clock.pass(Duration.ofHours(24));
        assertThat(problems.all()).isEmpty();
        problems.report(READINGS_REJECTED, "gpu07", "a reading");
        assertThat(problems.all()).singleElement().matches(problem -> problem.count() == 1);
    }

    @Test
    void words_of_others_are_cut_to_what_the_table_holds() {
        problems.report(READINGS_REJECTED, "子".repeat(300), "💥".repeat(2_000));
        problems.report(READINGS_REJECTED, "子".repeat(300), "💥".repeat(2_000));

        assertThat(problems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.subject().codePointCount(0, problem.subject().length()))
                    .isEqualTo(200);
            assertThat(problem.text().codePointCount(0, problem.text().length()))
                    .isEqualTo(1_000);
        });
        problems.solved(READINGS_REJECTED, "子".repeat(300));
        assertThat(problems.all()).singleElement().matches(ServiceProblem::isSolved);
    }
}
