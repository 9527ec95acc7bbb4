package io.emberwatch.collector.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.ServiceProblemStore.StoredProblem;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.HostileTexts;
import io.emberwatch.collector.testing.ManualClock;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

@EveryServer
class ServiceProblemStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final String HERE = "watch1";

    @AutoClose
    private final TestDatabase database;

    private final ServiceProblemStore store = new ServiceProblemStore();

    ServiceProblemStoreTest(TestServer server) {
        database = server.create();
    }

    @Test
    void a_problem_is_one_row_and_reads_back_as_it_is_now() throws SQLException {
        put(HERE, problem(Kind.WRITER_STUCK, "writer-0", NOW.minusSeconds(9), false));
        ServiceProblem later =
                new ServiceProblem(Kind.WRITER_STUCK, "writer-0", "no progress 💥", NOW.minusSeconds(9), NOW, 7, false);
        put(HERE, later);

        assertThat(recent(NOW))
                .containsExactly(new StoredProblem(
                        HERE,
                        "WRITER_STUCK",
                        Kind.WRITER_STUCK.meaning(),
                        "writer-0",
                        "no progress 💥",
                        NOW.minusSeconds(9),
                        NOW,
                        7,
                        true));
    }

    @Test
    void collectors_do_not_mix_theirs_up() throws SQLException {
        put(HERE, problem(Kind.WRITER_STUCK, "writer-0", NOW, false));
        put("watch2", problem(Kind.WRITER_STUCK, "writer-0", NOW, false));
        transact(connection -> store.closeAll(connection, HERE));

        assertThat(recent(NOW)).extracting(StoredProblem::collector).containsExactly("watch2", HERE);
        assertThat(recent(NOW)).extracting(StoredProblem::isOpen).containsExactly(true, false);
    }

    @Test
    void what_is_so_or_was_of_late_is_found() throws SQLException {
        put(
                HERE,
                problem(Kind.READINGS_REJECTED, "open", NOW.minus(Duration.ofHours(47)), false),
                problem(Kind.READINGS_REJECTED, "not seen", NOW.minus(Duration.ofHours(49)), false),
                problem(Kind.READINGS_REJECTED, "over", NOW.minus(Duration.ofHours(23)), true),
                problem(Kind.READINGS_REJECTED, "over long ago", NOW.minus(Duration.ofHours(25)), true));

        assertThat(recent(NOW)).extracting(StoredProblem::subject).containsExactly("open", "over");
    }

    @Test
    void what_is_old_goes() throws SQLException {
        put(
                HERE,
                problem(Kind.WRITER_STUCK, "writer-0", NOW.minus(Duration.ofDays(31)), true),
                problem(Kind.WRITER_STUCK, "writer-1", NOW.minus(Duration.ofDays(31)), false),
                problem(Kind.WRITER_STUCK, "writer-2", NOW.minus(Duration.ofDays(29)), true));
        transact(connection -> store.removeOld(connection, HERE, NOW));

        assertThat(database.query("SELECT subject FROM service_problem")).containsExactly("writer-2");
    }

    @Test
    void the_table_stays_small_however_much_goes_wrong() throws SQLException {
        put(
                HERE,
                IntStream.range(0, 6_000)
                        .mapToObj(number ->
                                problem(Kind.READINGS_REJECTED, "gpu" + number, NOW.plusSeconds(number), true))
                        .toArray(ServiceProblem[]::new));
        put("watch2", problem(Kind.READINGS_REJECTED, "gpu07", NOW, true));
        transact(connection -> store.removeOld(connection, HERE, NOW));

        assertThat(database.query("SELECT COUNT(*) FROM service_problem")).containsExactly("5001");
        assertThat(database.query("SELECT COUNT(*) FROM service_problem WHERE subject = 'gpu999'"))
                .as("the oldest go")
                .containsExactly("0");
    }

    @Test
    void no_words_are_refused() throws SQLException {
        ServiceProblems problems = new ServiceProblems(new ManualClock(NOW));
        List<String> texts = HostileTexts.all().toList();
        for (String text : texts) {
            problems.report(Kind.READINGS_REJECTED, text, text.repeat(1 + 3_000 / Math.max(1, text.length())));
        }
        put(HERE, problems.all().toArray(ServiceProblem[]::new));

        assertThat(recent(NOW)).isNotEmpty();
    }

    private static ServiceProblem problem(Kind kind, String subject, Instant lastAt, boolean isSolved) {
        return new ServiceProblem(kind, subject, "what to do", lastAt, lastAt, 1, isSolved);
    }

    private void put(String collector, ServiceProblem... problems) throws SQLException {
        transact(connection -> store.put(connection, collector, List.of(problems)));
    }

    private List<StoredProblem> recent(Instant now) throws SQLException {
        return database.database().transact(connection -> store.recent(connection, now, 100));
    }

    private interface Step {
        void in(Connection connection) throws SQLException;
    }

    private void transact(Step step) throws SQLException {
        database.database().transact(connection -> {
            step.in(connection);
            return true;
        });
    }
}
