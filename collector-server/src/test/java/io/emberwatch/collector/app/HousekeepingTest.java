package io.emberwatch.collector.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Retention;
import io.emberwatch.collector.store.rights.DatabaseRole;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class HousekeepingTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private final ServiceProblems problems = new ServiceProblems(Clock.systemUTC());

    @AutoClose
    private final Housekeeping housekeeping =
            new Housekeeping(database.database(), Retention.Ages.standard(), problems, Clock.systemUTC());

    @Test
    void partitions_that_cannot_be_made_are_reported_when_it_lasts_until_they_are() {
        database.execute("REVOKE ALTER ON reading FROM " + database.account(DatabaseRole.COLLECTOR));

        assertThat(housekeeping.keepPartitions()).isFalse();
        assertThat(housekeeping.keepPartitions()).isFalse();
        assertThat(open()).isEmpty();
        assertThat(housekeeping.keepPartitions()).isFalse();
        assertThat(open()).containsExactly(Kind.PARTITIONS_MISSING);

        database.grant(DatabaseRole.COLLECTOR);
        assertThat(housekeeping.keepPartitions()).isTrue();
        assertThat(open()).isEmpty();
    }

    @Test
    void table_that_nothing_can_be_deleted_from_is_reported_and_keeps_nothing_from_the_others() {
        int machine = Registered.machine(database, "gpu07");
        database.execute("INSERT INTO reading_rejected (machine_id, boot_id, sequence, reason, content, rejected_at)"
                + " VALUES (" + machine + ", REPEAT('b', 16), 1, '', '', UTC_TIMESTAMP() - INTERVAL 31 DAY)");
        database.execute("INSERT INTO reading_ahead (machine_id, taken_at, sequence, stored_at)" + " VALUES (" + machine
                + ", '2099-01-01', 1, UTC_TIMESTAMP() - INTERVAL 8 DAY)");
        database.execute("REVOKE DELETE ON reading_ahead FROM " + database.account(DatabaseRole.COLLECTOR));

        housekeeping.clean();
        assertThat(open()).containsExactly(Kind.RETENTION_FAILED);
        assertThat(problems.all()).extracting(ServiceProblem::subject).containsExactly("reading_ahead");
        assertThat(database.query("SELECT id FROM reading_rejected")).isEmpty();

        database.grant(DatabaseRole.COLLECTOR);
        housekeeping.clean();
        assertThat(open()).isEmpty();
        assertThat(database.query("SELECT sequence FROM reading_ahead")).isEmpty();
    }

    @Test
    void clock_that_was_ahead_is_right_again_when_no_such_reading_came_for_an_hour() {
        int machine = Registered.machine(database, "gpu07");
        database.execute(
                "INSERT INTO reading_ahead (machine_id, taken_at, sequence) VALUES (" + machine + ", '2099-01-01', 1)");
        Stream.of("gpu07", "gpu08").forEach(name -> problems.report(Kind.READINGS_AHEAD, name, "dated up to 2099"));

        housekeeping.clean();
        assertThat(open()).hasSize(1);

        database.execute("UPDATE reading_ahead SET stored_at = stored_at - INTERVAL 61 MINUTE");
        housekeeping.clean();
        assertThat(open()).isEmpty();
    }

    private List<Kind> open() {
        return problems.all().stream()
                .filter(problem -> !problem.isSolved())
                .map(ServiceProblem::kind)
                .toList();
    }
}
