package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.SmtpRefusals.Step;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeliveryProblemsTest {
    private static final String WANG = "wang@example.org";
    private final DeliveryException away =
            new DeliveryException(DeliveryException.Kind.UNAVAILABLE, "connection refused", true, null);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final ServiceProblems problems = new ServiceProblems(clock);
    private final DeliveryProblems delivery = new DeliveryProblems(problems, "mail server a:25", clock);

    @Test
    void a_mail_server_that_is_restarted_is_no_problem() {
        delivery.failed(WANG, away);
        clock.pass(Duration.ofMinutes(9));
        delivery.failed(WANG, away);

        assertThat(problems.all()).isEmpty();
    }

    @Test
    void a_mail_server_that_takes_nothing_for_ten_minutes_is_one() {
        delivery.failed(WANG, away);
        clock.pass(DeliveryProblems.UNAVAILABLE_AFTER);
        delivery.failed(WANG, away);

        assertThat(problems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Kind.MAIL_UNAVAILABLE);
            assertThat(problem.subject()).isEqualTo("mail server a:25");
            assertThat(problem.text()).contains("since 2026-03-01T12:00:00Z", "connection refused", "mail test");
        });
    }

    @Test
    void what_somebody_must_put_right_is_told_at_once() {
        delivery.failed(WANG, SmtpErrors.meaning(Step.RCPT, "554 5.7.1 Client host [192.0.2.7] blocked using a list"));

        assertThat(problems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Kind.MAIL_UNAVAILABLE);
            assertThat(problem.text()).contains("blocked using a list", "block list", "they wait");
        });
    }

    @Test
    void a_refused_password_is_told_at_once_under_a_name_of_its_own_until_a_mail_is_taken() {
        delivery.failed(WANG, SmtpErrors.meaning(Step.AUTH, "535 5.7.8 authentication failed"));

        assertThat(problems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Kind.MAIL_LOGIN_REFUSED);
            assertThat(problem.text()).contains("nobody is mailed", "535 5.7.8", "mail.password-file", "wait");
        });

        delivery.sent(WANG);

        assertThat(problems.all()).singleElement().satisfies(DeliveryProblemsTest::isSolved);
    }

    @Test
    void a_recipient_who_is_refused_is_a_problem_of_that_recipient_alone() {
        delivery.failed(WANG, SmtpErrors.meaning(Step.RCPT, "554 5.7.1 Relay access denied"));
        delivery.sent("li@example.org");

        assertThat(problems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(Kind.MAIL_DEFERRED);
            assertThat(problem.subject()).isEqualTo(WANG);
            assertThat(problem.text()).contains("Relay access denied", "allow this host", "they wait");
            assertThat(problem.isSolved()).isFalse();
        });

        delivery.sent(WANG);

        assertThat(problems.all()).singleElement().satisfies(DeliveryProblemsTest::isSolved);
    }

    @Test
    void greylisting_is_no_problem_until_it_lasts_for_an_hour() {
        DeliveryException greylisted = SmtpErrors.meaning(Step.RCPT, "450 4.2.0 Greylisted, try again in 5 min");
        delivery.failed(WANG, greylisted);
        clock.pass(DeliveryProblems.DEFERRED_AFTER.minusSeconds(1));
        delivery.failed(WANG, greylisted);
        assertThat(problems.all()).isEmpty();

        clock.pass(Duration.ofSeconds(1));
        delivery.failed(WANG, greylisted);

        assertThat(problems.all())
                .singleElement()
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(Kind.MAIL_DEFERRED));
    }

    @Test
    void a_mail_that_is_taken_ends_it() {
        delivery.failed(WANG, away);
        clock.pass(DeliveryProblems.UNAVAILABLE_AFTER);
        delivery.failed(WANG, away);
        delivery.sent(WANG);
        assertThat(problems.all()).singleElement().satisfies(DeliveryProblemsTest::isSolved);

        clock.pass(Duration.ofHours(1));
        delivery.failed(WANG, away);

        assertThat(problems.all()).singleElement().satisfies(DeliveryProblemsTest::isSolved);
    }

    private static void isSolved(ServiceProblem problem) {
        assertThat(problem.isSolved()).isTrue();
    }
}
