package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class StatusCommandTest {
    @AutoClose
    private final TestDatabase database = TestServer.MARIADB.create();

    private final CommandRun shell = CommandRun.on(database);

    @Test
    void without_problems_none_are_mentioned() {
        assertThat(shell.ok("status")).doesNotContain("problems");
        assertThat(shell.ok("status", "--json")).contains("\"problems\":[]");
    }

    @Test
    void problems_are_shown_in_words_with_what_to_do_the_most_urgent_first() {
        problem("MAIL_REJECTED", "wang@example.org", 6, 1, "3 HOUR", "2 HOUR");
        problem("WRITER_STUCK", "writer-1", 1, 0, "3 HOUR", "23 HOUR");
        problem("WRITER_STUCK", "writer-0", 1, 1, "3 HOUR", "10 SECOND");
        problem("READINGS_REJECTED", "gpu07", 10, 0, "3 DAY", "25 HOUR");
        problem("READINGS_REJECTED", "gpu08", 10, 1, "3 DAY", "3 DAY");

        String status = shell.ok("status");

        assertThat(status)
                .containsPattern("""
                        problems of the service, the most urgent first

                          what WRITER_STUCK means: writer-0
                            what to do about writer-0
                            since .* \\(3h ago\\), last seen 1\\ds ago, 2 times, collector watch1
                        """)
                .containsPattern("\n  what WRITER_STUCK means: writer-1\n.*\n    over since .* \\(23h ago\\), 2 times")
                .doesNotContain("gpu07", "gpu08")
                .containsSubsequence("writer-0", "wang@example.org", "writer-1");
        assertThat(shell.ok("status", "--json"))
                .contains(
                        "\"problems\":[{\"kind\":\"WRITER_STUCK\",\"meaning\":\"what WRITER_STUCK means\","
                                + "\"subject\":\"writer-0\",\"text\":\"what to do about writer-0\",\"open\":true,\"first_at\":\"");
    }

    @Test
    void many_problems_leave_the_fleet_to_be_seen() {
        for (int number = 10; number < 40; number++) {
            problem("READINGS_REJECTED", "gpu" + number, 10, 1, "1 HOUR", (60 - number) + " MINUTE");
        }

        assertThat(shell.ok("status"))
                .contains("gpu39", "gpu20", "and more, in table service_problem")
                .doesNotContain("gpu19");
    }

    private void problem(String kind, String subject, int urgency, int isOpen, String firstAgo, String lastAgo) {
        database.execute(
                "INSERT INTO service_problem (collector, kind, subject, urgency, meaning, text, first_at, last_at,"
                        + " seen_count, is_open) VALUES ('watch1', '" + kind + "', '" + subject + "', " + urgency
                        + ", 'what "
                        + kind + " means', 'what to do about " + subject + "', UTC_TIMESTAMP(3) - INTERVAL " + firstAgo
                        + ", UTC_TIMESTAMP(3) - INTERVAL " + lastAgo + ", 2, " + isOpen + ")");
    }
}
