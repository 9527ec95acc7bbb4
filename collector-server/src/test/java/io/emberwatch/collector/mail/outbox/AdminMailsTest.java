package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.collector.testing.ManualClock;
import io.emberwatch.collector.testing.ReservedPort;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AdminMailsTest {
    private static final String ADMIN = "admin@example.org";

    private final ManualClock clock = new ManualClock(Instant.parse("2026-11-27T12:00:00Z"));
    private final ServiceProblems problems = new ServiceProblems(clock);
    private final AtomicInteger attempts = new AtomicInteger();

    @AutoClose
    private final ReservedPort port = new ReservedPort();

    private final GreenMail mailServer = MailServers.smtp(port.number());

    AdminMailsTest() throws IOException {}

    @AfterEach
    void stopMailServer() {
        mailServer.stop();
    }

    @Test
    void an_urgent_problem_is_mailed_at_once_and_its_end_too() throws Exception {
        mailServer.start();
        try (AdminMails mails = start(MailDestination.parse("smtp://127.0.0.1:" + port.number()))) {
            assertThat(mails).isNotNull();
            problems.report(Kind.DATABASE_READ_ONLY, "db1:3306", "error 1290: make it writable");

            MimeMessage mail = awaitMail(1);
            assertThat(mail.getSubject())
                    .isEqualTo("Emberwatch collector watch1: the database cannot be written (db1:3306)");
            assertThat(mail.getAllRecipients()).extracting(Object::toString).containsExactly(ADMIN);
            assertThat(mail.getHeader("Importance")).containsExactly("high");

            problems.solved(Kind.DATABASE_READ_ONLY, "db1:3306");
            clock.pass(Duration.ofMinutes(11));

            assertThat(awaitMail(2).getSubject()).startsWith("Emberwatch collector watch1: watches again; over: ");
        }
    }

    @Test
    void what_the_mail_server_did_not_take_is_sent_when_it_is_back() throws Exception {
        try (AdminMails mails = start(MailDestination.parse("smtp://127.0.0.1:" + port.number()))) {
            assertThat(mails).isNotNull();
            problems.report(Kind.WRITER_STUCK, "writer-0", "no progress for 30 s");
            await().until(() -> attempts.get() > 0);
            problems.solved(Kind.WRITER_STUCK, "writer-0");
            mailServer.start();

            assertThat(awaitMail(1).getSubject()).contains("a writer makes no progress (writer-0)");
        }
    }

    @Test
    void an_address_that_is_refused_is_a_problem_and_not_tried_on_and_on() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().answer("RCPT", "550 5.1.1 no such user");
                AdminMails mails = start(server.destination())) {
            assertThat(mails).isNotNull();
            problems.report(Kind.WRITER_STUCK, "writer-0", "no progress for 30 s");

            await().until(() -> problems.all().stream().anyMatch(problem -> problem.kind() == Kind.MAIL_REJECTED));
            assertThat(problems.all())
                    .filteredOn(problem -> problem.kind() == Kind.MAIL_REJECTED)
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.text()).contains("no such user", "correct admin.mail"));
        }
    }

    private AdminMails start(MailDestination destination) {
        return AdminMails.start(
                problems,
                MailMessages.from("watch@watch.example.org"),
                counting(new MailTransports(destination, SmtpSettings.withPassword(Optional.empty())).open()),
                new DeliveryProblems(problems, destination.place(), clock),
                ADMIN,
                "watch1",
                clock);
    }

    private MailTransport counting(MailTransport transport) {
        return new MailTransport() {
            @Override
            public void send(MimeMessage mail) throws DeliveryException {
                attempts.incrementAndGet();
                transport.send(mail);
            }

            @Override
            public boolean isReady() {
                return transport.isReady();
            }

            @Override
            public void close() {
                transport.close();
            }
        };
    }

    private MimeMessage awaitMail(int number) {
        await().until(() -> mailServer.getReceivedMessages().length >= number);
        assertThat(mailServer.getReceivedMessages()).hasSize(number);
        return mailServer.getReceivedMessages()[number - 1];
    }
}
