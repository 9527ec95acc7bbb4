package io.emberwatch.collector.problem;

import static io.emberwatch.collector.problem.ServiceProblem.Kind.READINGS_REJECTED;
import static io.emberwatch.collector.problem.ServiceProblem.Kind.WRITER_STUCK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ServiceProblemsTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final ServiceProblems problems = new ServiceProblems(Clock.fixed(NOW, ZoneOffset.UTC));

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
}
