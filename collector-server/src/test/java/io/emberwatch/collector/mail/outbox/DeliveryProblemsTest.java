package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeliveryProblemsTest {
    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final ServiceProblems problems = new ServiceProblems(clock);
    private final DeliveryProblems delivery = new DeliveryProblems(problems, "mail server a:25", clock);

    @Test
    void a_mail_server_that_is_restarted_is_no_problem() {
        delivery.failed("connection refused");
        clock.pass(Duration.ofMinutes(9));
        delivery.failed("connection refused");

        assertThat(problems.all()).isEmpty();
    }

    @Test
    void a_mail_server_that_takes_nothing_for_ten_minutes_is_one() {
        delivery.failed("connection refused");
        clock.pass(DeliveryProblems.UNAVAILABLE_AFTER);
        delivery.failed("535 5.7.8 authentication failed");

        assertThat(problems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Kind.MAIL_UNAVAILABLE);
            assertThat(problem.subject()).isEqualTo("mail server a:25");
            assertThat(problem.text())
                    .contains("since 2026-03-01T12:00:00Z", "535 5.7.8 authentication failed", "mail test");
        });
    }

    @Test
    void a_mail_that_is_taken_ends_it() {
        delivery.failed("connection refused");
        clock.pass(DeliveryProblems.UNAVAILABLE_AFTER);
        delivery.failed("connection refused");
        delivery.sent();
        assertThat(problems.all()).singleElement().satisfies(DeliveryProblemsTest::isSolved);

        clock.pass(Duration.ofHours(1));
        delivery.failed("connection refused");

        assertThat(problems.all()).singleElement().satisfies(DeliveryProblemsTest::isSolved);
    }

    private static void isSolved(ServiceProblem problem) {
        assertThat(problem.isSolved()).isTrue();
    }
}
