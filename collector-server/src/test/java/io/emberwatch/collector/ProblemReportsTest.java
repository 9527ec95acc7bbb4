package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.collector.testing.ReservedPort;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a collector reports of itself reaches its admin, whatever else is broken. */
@Tag("integration")
class ProblemReportsTest {
    @Test
    void a_problem_is_mailed_while_the_database_is_away_and_in_the_table_when_it_is_back() throws Exception {
        try (ReservedPort port = new ReservedPort();
                TestDatabase database = TestServer.MARIADB.create()) {
            GreenMail mailServer = MailServers.smtp(port.number());
            mailServer.start();
            database.execute("INSERT INTO service_problem VALUES ('test', 'WRITER_STUCK', 'writer-9', 1, 'm', 't',"
                    + " UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), 1, 1)");
            try (Collector collector = TestCollectors.start(
                    database.database(),
                    MailDestination.parse("smtp://127.0.0.1:" + port.number()),
                    "admin@example.org")) {
                await().until(() -> openProblems(database), List.of()::equals);
                database.execute(
                        "RENAME TABLE service_problem TO service_problem_away, mail_outbox TO mail_outbox_away");

                collector.problems().report(Kind.WRITER_STUCK, "writer-of-the-test", "no progress for 30 s");

                await().until(() -> mailServer.getReceivedMessages().length == 1);
                assertThat(mailServer.getReceivedMessages()[0].getSubject())
                        .startsWith("Emberwatch collector test: ")
                        .contains("writer-of-the-test");

                database.execute(
                        "RENAME TABLE service_problem_away TO service_problem, mail_outbox_away TO mail_outbox");

                await().until(() -> openProblems(database), List.of("writer-of-the-test")::equals);
            } finally {
                mailServer.stop();
            }
        }
    }

    private static List<String> openProblems(TestDatabase database) {
        return database.query("SELECT subject FROM service_problem WHERE is_open = 1");
    }
}
