package io.emberwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A machine that cannot be written pauses, ever longer; an admin hears of it once that lasts, and when it is over. */
class BlockedMachinesTest {
    private static final int MACHINE = 1;

    private final ServiceProblems problems = new ServiceProblems(Clock.systemUTC());
    private final IngestQueue queue = new IngestQueue(1, 1 << 20);
    private long nanos = 1;
    private final BlockedMachines blocked = new BlockedMachines(0, queue, problems, () -> nanos);

    @Test
    void a_lock_that_is_held_for_a_moment_is_not_worth_a_word() {
        blocked.locked(MACHINE, "box1");
        nanos += Duration.ofSeconds(1).toNanos();
        blocked.locked(MACHINE, "box1");
        blocked.written(List.of(MACHINE), false);

        assertThat(problems.all()).isEmpty();
    }

    @Test
    void a_lock_that_lasts_is_reported_with_what_to_do_until_it_is_gone() {
        blocked.locked(MACHINE, "box1");
        nanos += Duration.ofSeconds(3).toNanos();
        blocked.failed(MACHINE, "box1", new SQLException("Lock wait timeout exceeded"));

        ServiceProblem problem = problems.all().get(0);
        assertThat(problem.kind()).isEqualTo(Kind.MACHINE_LOCKED);
        assertThat(problem.subject()).isEqualTo("box1");
        assertThat(problem.text()).contains("for 3 s", "Lock wait timeout", "information_schema.innodb_trx");

        blocked.written(List.of(MACHINE), true);
        assertThat(problems.all().get(0).isSolved()).isTrue();
    }

    @Test
    void who_sent_something_that_was_refused_goes_alone_for_a_while() throws InterruptedException {
        blocked.refused(MACHINE);
        blocked.written(List.of(MACHINE), true);
        assertThat(goesAlone()).isTrue();

        nanos += Duration.ofMinutes(10).toNanos();
        blocked.written(List.of(MACHINE), true);
        assertThat(goesAlone()).isFalse();
    }

    @Test
    void who_changes_many_alarms_goes_alone_for_a_shorter_while() throws InterruptedException {
        blocked.storms(MACHINE);
        blocked.written(List.of(MACHINE), true);
        assertThat(goesAlone()).isTrue();

        nanos += Duration.ofSeconds(10).toNanos();
        blocked.written(List.of(MACHINE), true);
        assertThat(goesAlone()).isFalse();
    }

    @Test
    void what_was_refused_counts_for_longer_than_many_alarms_after_it() throws InterruptedException {
        blocked.refused(MACHINE);
        blocked.storms(MACHINE);
        nanos += Duration.ofMinutes(9).toNanos();
        blocked.written(List.of(MACHINE), true);

        assertThat(goesAlone()).isTrue();
    }

    private boolean goesAlone() throws InterruptedException {
        queue.addAlways(new IngestItem.SilenceCheck(MACHINE, 1, Duration.ofMinutes(1)));
        return queue.take(0, 10, Duration.ZERO).isAlone();
    }
}
