package io.emberwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A writer that has something to write and gets nothing written is reported, until it goes on. */
class WriterWatchTest {
    private final ServiceProblems problems = new ServiceProblems(Clock.systemUTC());
    private long nanos = 1;
    private final WriterWatch.Progress progress = new WriterWatch.Progress("writer-0", () -> nanos);

    @Test
    void who_has_nothing_to_write_is_not_stuck() {
        passes(Duration.ofHours(1));
        progress.begins(() -> "1 items of 1 machines (box1)");
        progress.moved();
        passes(Duration.ofHours(1));

        assertThat(problems.all()).isEmpty();
    }

    @Test
    void who_writes_for_long_is_reported_with_what_it_writes_and_what_the_database_said() {
        progress.begins(() -> "1 items of 1 machines (box1)");
        passes(WriterWatch.STUCK_AFTER.minusSeconds(1));
        assertThat(problems.all()).isEmpty();
        progress.failed(new SQLException("disk full"));
        passes(Duration.ofSeconds(1));

        ServiceProblem problem = problems.all().get(0);
        assertThat(problem.kind()).isEqualTo(Kind.WRITER_STUCK);
        assertThat(problem.subject()).isEqualTo("writer-0");
        assertThat(problem.text()).contains("10 s", "box1", "disk full");

        progress.begins(() -> "the rest");
        progress.look(problems);
        assertThat(problems.all().get(0).isSolved())
                .as("once it is known to go on")
                .isFalse();
        progress.moved();
        progress.look(problems);
        assertThat(problems.all().get(0).isSolved()).isTrue();
    }

    private void passes(Duration time) {
        nanos += time.toNanos();
        progress.look(problems);
    }
}
