package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import io.emberwatch.collector.model.AlarmChange;
import io.emberwatch.collector.model.AlarmChange.Cleared;
import io.emberwatch.collector.model.AlarmChange.Notification;
import io.emberwatch.collector.model.AlarmChange.Raised;
import io.emberwatch.collector.model.AlarmChange.Reason;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.MailKind;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.AlarmStore.MachineChange;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.collector.store.OutboxStore;
import io.emberwatch.collector.store.OutboxStore.PendingMail;
import io.emberwatch.collector.testing.EveryServer;
import io.emberwatch.collector.testing.MailFlood;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.collector.testing.Registered;
import io.emberwatch.collector.testing.ReservedPort;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Metric;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EveryServer
class MailWorkersTest {
    private static final SmtpSettings SETTINGS = SmtpSettings.withPassword(Optional.empty());
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @AutoClose
    private final TestDatabase database;

    private final MailMessages messages = MailMessages.from("watch@watch.example.org");
    private final AlarmStore alarms = new AlarmStore(new MessageIds(messages.domain()));
    private final ServiceProblems serviceProblems = new ServiceProblems(Clock.systemUTC());
    private final DeliveryProblems problems =
            new DeliveryProblems(serviceProblems, "mail server of the test", Clock.systemUTC());
    private final int machine;

    @AutoClose
    private final ReservedPort port = new ReservedPort();

    private final GreenMail mailServer;

    MailWorkersTest(TestServer server) throws IOException {
        database = server.create();
        machine = Registered.machine(database, "gpu07");
        mailServer = MailServers.smtp(port.number());
    }

    @AfterEach
    void stopMailServer() {
        mailServer.stop();
    }

    @Test
    void an_alarm_is_mailed_with_what_the_tables_know() throws Exception {
        mailServer.start();
        for (int second = 0; second < 8; second++) {
            database.execute("INSERT INTO reading (machine_id, taken_at, sequence, cpu_temp_c) VALUES (" + machine
                    + ", '2026-03-01 12:00:0" + second + ".500', " + second + ", " + (90 + second) + ")");
        }
        raise(Metric.CPU_TEMP_C);
        whileSending(1, () -> {
            MimeMessage mail = onlyMail();

            assertThat(mail.getSubject()).isEqualTo("[critical] gpu07 cpu_temp_c 96.0 (limit 90.0)");
            assertThat(mail.getMessageID()).isEqualTo(one("SELECT message_id FROM mail_outbox"));
            assertThat(text(mail))
                    .contains("机房三 第5排 U12", "gpu07 的王芳", "Worst      97.0 °C")
                    .contains("  2026-03-01 12:00:07  97.0 °C\n  2026-03-01 12:00:06  96.0 °C\n");
            awaitStates("sent");
            assertThat(one("SELECT subject FROM mail_outbox")).isEqualTo(mail.getSubject());
        });
    }

    @Test
    void a_nudge_sends_at_once() throws Exception {
        mailServer.start();
        MailDestination destination = MailDestination.parse("smtp://127.0.0.1:" + port.number());
        try (MailWorkers workers =
                MailWorkers.start(database.database(), messages, () -> transport(destination), 1, problems)) {
            raise(Metric.CPU_TEMP_C);
            workers.wake();

            onlyMail();
        }
    }

    @Test
    void mails_wait_for_a_mail_server_that_is_away_and_for_a_collector_that_is_restarted() throws Exception {
        raise(Metric.CPU_TEMP_C);
        whileSending(1, () -> {
            await().until(() -> !one("SELECT attempts FROM mail_outbox").equals("0")
                    && one("SELECT COALESCE(last_error, '') FROM mail_outbox").contains("127.0.0.1:" + port.number()));
        });
        assertThat(one("SELECT state FROM mail_outbox")).isEqualTo("pending");

        mailServer.start();
        whileSending(2, () -> {
            onlyMail();
            awaitStates("sent");
        });
        assertThat(mailServer.getReceivedMessages()).hasSize(1);
    }

    @Test
    void a_mail_refused_for_good_is_given_up_with_the_servers_words() throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().answer("RCPT", "550 5.1.1 no such user")) {
            raise(Metric.CPU_TEMP_C);
            whileSending(1, () -> transport(server.destination()), () -> {
                awaitStates("rejected");
            });
        }
        assertThat(one("SELECT last_error FROM mail_outbox")).contains("550 5.1.1 no such user");
        assertThat(serviceProblems.all()).singleElement().satisfies(problem -> {
            assertThat(problem.kind()).isEqualTo(ServiceProblem.Kind.MAIL_REJECTED);
            assertThat(problem.subject()).isEqualTo("wang@example.org");
            assertThat(problem.text()).contains("550 5.1.1 no such user", "owner edit");
        });
    }

    /** What {@code SmtpCasesTest} plays step by step; here it is that the mail waits, and arrives in the end. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "RCPT, 504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname, MAIL_UNAVAILABLE",
        "RCPT, 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using a list, MAIL_UNAVAILABLE",
        "RCPT, 554 5.7.1 <wang@example.org>: Relay access denied,                           MAIL_DEFERRED",
        "END,  550 5.7.60 SMTP; Client does not have permissions to send as this sender,    MAIL_UNAVAILABLE",
        "MAIL, 530 5.7.57 Client not authenticated to send mail,                            MAIL_UNAVAILABLE",
    })
    void a_mail_that_is_refused_though_its_recipient_may_exist_waits_and_the_admin_is_told(
            String step, String answer, ServiceProblem.Kind kind) throws Exception {
        try (ScriptedSmtpServer server = new ScriptedSmtpServer().answer(step, answer)) {
            raise(Metric.CPU_TEMP_C);
            whileSending(2, new MailTransports(server.destination(), SETTINGS)::open, () -> {
                await().until(() -> serviceProblems.all().stream().anyMatch(problem -> problem.kind() == kind));
                await().until(() ->
                        one("SELECT COALESCE(last_error, '') FROM mail_outbox").contains(answer));
                assertThat(one("SELECT state FROM mail_outbox")).isEqualTo("pending");

                server.forget(step);

                awaitStates("sent");
            });
            assertThat(server.taken()).isOne();
            assertThat(serviceProblems.all()).allMatch(ServiceProblem::isSolved);
        }
    }

    /** Of nodemailer/nodemailer #1350 and pppscn/SmsForwarder #507: some minutes of wrong passwords lock an account. */
    @Test
    void a_refused_password_is_asked_again_rarely_whatever_waits_and_the_mails_go_when_it_is_right() throws Exception {
        List<Metric> metrics = Metric.CPU_TEMP_C.scope().metrics().subList(0, 12);
        try (ScriptedSmtpServer server =
                new ScriptedSmtpServer().follow(Path.of("src/test/resources/cases/smtp-login-refused/rules.json"))) {
            for (int number = 0; number < metrics.size(); number++) {
                database.execute("UPDATE owner SET mail = 'owner" + number % 6 + "@example.org'");
                raise(metrics.get(number));
            }
            MailDestination destination = server.destination("smtp", "watch@");
            AtomicLong nanos = new AtomicLong();
            MailTransports transports =
                    new MailTransports(destination, SmtpSettings.withPassword(Optional.of("s3cret")), nanos::get);
            whileSending(4, transports::open, () -> {
                await().until(() -> serviceProblems.all().stream()
                        .anyMatch(problem -> problem.kind() == ServiceProblem.Kind.MAIL_LOGIN_REFUSED
                                && problem.text().contains("535 Login Fail")
                                && problem.text().contains("authorization code")));
                assertThat(server.heard("AUTH")).isOne();
                nanos.addAndGet(ServerRest.FIRST_AFTER_LOGIN.toNanos());
                await().until(() -> server.heard("AUTH") > 1);
                assertThat(server.heard("AUTH")).isEqualTo(2);

                server.forget("AUTH");
                nanos.addAndGet(ServerRest.LONGEST_AFTER_LOGIN.toNanos());

                await().until(() -> one("SELECT COUNT(*) FROM mail_outbox WHERE state = 'sent'")
                        .equals("12"));
            });
            assertThat(server.taken()).isEqualTo(12);
            assertThat(serviceProblems.all()).allMatch(ServiceProblem::isSolved);
        }
    }

    @Test
    void an_owner_without_a_usable_address_does_not_hold_up_the_others() throws Exception {
        mailServer.start();
        database.execute("UPDATE owner SET mail = 'nobody'");
        raise(Metric.CPU_TEMP_C);
        database.execute("UPDATE owner SET mail = 'wang@example.org'");
        raise(Metric.LOAD_PER_CORE);
        whileSending(1, () -> {
            awaitStates("rejected", "sent");
        });
        assertThat(one("SELECT last_error FROM mail_outbox")).contains("'nobody' is not a mail address");
    }

    @Test
    void several_workers_send_each_mail_once() throws Exception {
        mailServer.start();
        List<Metric> metrics = Metric.CPU_TEMP_C.scope().metrics();
        for (Metric metric : metrics) {
            raise(metric);
        }
        whileSending(
                2,
                () -> whileSending(2, () -> {
                    await().until(
                                    () -> one("SELECT COUNT(*) FROM mail_outbox WHERE state = 'sent'"),
                                    count -> count.equals(Integer.toString(metrics.size())));
                }));
        assertThat(mailServer.getReceivedMessages())
                .extracting(MimeMessage::getMessageID)
                .doesNotHaveDuplicates()
                .hasSize(metrics.size());
    }

    @Test
    void mails_of_one_alarm_arrive_in_order_and_as_one_thread() throws Exception {
        mailServer.start();
        raise(Metric.CPU_TEMP_C);
        AlarmKey condition = condition(Metric.CPU_TEMP_C);
        apply(new Cleared(
                condition,
                NOON.plusSeconds(300),
                OptionalDouble.of(71),
                Reason.BACK_TO_NORMAL,
                Optional.of(MailKind.CLEARED),
                NOON.plusSeconds(300)));
        whileSending(3, () -> {
            awaitStates("sent", "sent");
        });
        MimeMessage[] mails = mailServer.getReceivedMessages();
        assertThat(mails[0].getSubject()).startsWith("[critical]");
        assertThat(mails[1].getSubject()).isEqualTo("[cleared] gpu07 cpu_temp_c 71.0 (limit 90.0)");
        assertThat(mails[1].getHeader("In-Reply-To")).containsExactly(mails[0].getMessageID());
    }

    @Test
    void a_test_alarm_arrives_marked_as_one() throws Exception {
        mailServer.start();
        long id = database.database().transact(connection -> alarms.createTest(connection, machine));
        whileSending(1, () -> {
            assertThat(onlyMail().getSubject()).startsWith("[test] gpu07");
            await().until(() -> database.database()
                    .transact(connection -> new OutboxStore().status(connection, id))
                    .orElseThrow()
                    .sentAt()
                    .isPresent());
        });
    }

    @Test
    void a_database_that_fails_in_mid_round_delays_no_mail_for_longer_than_it_fails() throws Exception {
        mailServer.start();
        raise(Metric.CPU_TEMP_C);
        raise(Metric.LOAD_PER_CORE);
        database.execute("RENAME TABLE owner TO owner_away");
        whileSending(1, () -> {
            await().until(() -> one("SELECT COUNT(*) FROM mail_outbox WHERE last_error IS NOT NULL")
                    .equals("2"));

            database.execute("RENAME TABLE owner_away TO owner");

            awaitStates("sent", "sent");
        });
    }

    @Test
    void what_a_dead_collector_had_taken_is_sent_again_under_the_same_identity() throws Exception {
        raise(Metric.CPU_TEMP_C);
        OutboxStore outbox = new OutboxStore();
        List<PendingMail> taken = claim(outbox, Duration.ofHours(1));

        assertThat(taken).hasSize(1);
        assertThat(claim(outbox, Duration.ofHours(1))).isEmpty();
        // An hour passes.
        database.execute("UPDATE mail_outbox SET next_attempt_at = next_attempt_at - INTERVAL 1 HOUR");
        mailServer.start();
        whileSending(1, () -> {
            assertThat(onlyMail().getMessageID()).isEqualTo(one("SELECT message_id FROM mail_outbox"));
        });
    }

    @Test
    void an_owners_flood_of_mails_leaves_the_others_theirs() throws Exception {
        mailServer.start();
        MailFlood.put(database, machine, "flood@example.org", 12_000);
        whileSending(2, () -> {
            await().until(() -> mailServer.getReceivedMessages().length > 0);

            raise(Metric.SILENT_S);

            await().until(() -> one("SELECT COALESCE(MIN(state), 'none') FROM mail_outbox"
                            + " WHERE recipient = 'wang@example.org'")
                    .equals("sent"));
            assertThat(Integer.parseInt(one("SELECT COUNT(*) FROM mail_outbox WHERE state = 'pending'")))
                    .as("mails of the flood that wait when the other owner's mail is sent")
                    .isGreaterThan(6_000);
        });
    }

    @Test
    void a_recipient_whose_mails_take_long_keeps_one_worker_and_no_more() throws Exception {
        MailFlood.put(database, machine, "slow@example.org", 20);
        CountDownLatch answer = new CountDownLatch(1);
        List<String> begun = new CopyOnWriteArrayList<>();
        whileSending(
                2,
                () -> new RecordingTransport(begun, recipient -> {
                    if (recipient.equals("slow@example.org")) {
                        answer.await();
                    }
                }),
                () -> {
                    await().until(() -> begun.contains("slow@example.org"));
                    for (Metric metric : List.of(Metric.CPU_TEMP_C, Metric.LOAD_PER_CORE, Metric.SILENT_S)) {
                        raise(metric);
                    }
                    await().until(() -> one("SELECT COUNT(*) FROM mail_outbox WHERE state = 'sent'")
                            .equals("3"));

                    assertThat(begun).filteredOn("slow@example.org"::equals).hasSize(1);
                    answer.countDown();
                });
    }

    @Test
    void of_a_recipient_whose_mail_fails_for_now_the_others_are_not_tried_as_well() throws Exception {
        MailFlood.put(database, machine, "full@example.org", 20);
        List<String> begun = new CopyOnWriteArrayList<>();
        MailTransport transport = new RecordingTransport(begun, recipient -> {
            throw new MailTransport.DeliveryException(Kind.DEFERRED, "452 4.2.2 mailbox full", true, null);
        });
        RetrySchedule schedule = new RetrySchedule(new Random(1));
        RecipientTurns turns = new RecipientTurns(schedule, () -> 0);
        OutboxDispatcher dispatcher =
                new OutboxDispatcher(database.database(), messages, transport, schedule, turns, problems, () -> false);

        assertThat(dispatcher.run()).isTrue();
        assertThat(dispatcher.run()).as("a rest").isFalse();

        assertThat(begun).hasSize(1);
        assertThat(one("SELECT SUM(attempts) FROM mail_outbox")).isEqualTo("1");
        raise(Metric.CPU_TEMP_C);
        assertThat(dispatcher.run()).as("not for the others").isTrue();
        assertThat(begun).endsWith("wang@example.org");
    }

    /** Fails or waits as a test wants. */
    private record RecordingTransport(List<String> begun, Answer answer) implements MailTransport {
        interface Answer {
            void to(String recipient) throws DeliveryException, InterruptedException;
        }

        @Override
        public void send(MimeMessage mail) throws DeliveryException {
            try {
                String recipient = ((InternetAddress) mail.getRecipients(Message.RecipientType.TO)[0]).getAddress();
                begun.add(recipient);
                answer.to(recipient);
            } catch (MessagingException | InterruptedException e) {
                throw new DeliveryException(Kind.UNAVAILABLE, e.toString(), true, e);
            }
        }

        @Override
        public void close() {}
    }

    private List<PendingMail> claim(OutboxStore outbox, Duration lease) throws SQLException {
        return database.database().transact(connection -> outbox.claim(connection, "wang@example.org", 10, lease));
    }

    private static MailTransport transport(MailDestination destination) {
        return new MailTransports(destination, SETTINGS).open();
    }

    private interface Body {
        void run() throws Exception;
    }

    private void whileSending(int count, Body body) throws Exception {
        MailDestination destination = MailDestination.parse("smtp://127.0.0.1:" + port.number());
        whileSending(count, () -> transport(destination), body);
    }

    private void whileSending(int count, Supplier<MailTransport> transports, Body body) throws Exception {
        try (MailWorkers workers = MailWorkers.start(database.database(), messages, transports, count, problems)) {
            workers.wake();
            body.run();
        }
    }

    private AlarmKey condition(Metric metric) {
        return new AlarmKey("", metric, Severity.CRITICAL);
    }

    private void raise(Metric metric) throws SQLException {
        Limit limit = new Limit(90, 85, Duration.ZERO);
        apply(new Raised(condition(metric), limit, NOON, NOON, 96, Notification.MAILED, NOON));
    }

    private void apply(AlarmChange change) throws SQLException {
        database.database().transact(connection -> {
            alarms.apply(connection, List.of(new MachineChange(machine, false, change)));
            return true;
        });
    }

    private MimeMessage onlyMail() {
        await().until(() -> mailServer.getReceivedMessages().length > 0);
        assertThat(mailServer.getReceivedMessages()).hasSize(1);
        return mailServer.getReceivedMessages()[0];
    }

    private void awaitStates(String... states) {
        await().until(() -> database.query("SELECT state FROM mail_outbox ORDER BY id"), List.of(states)::equals);
    }

    private String one(String sql) {
        return database.query(sql).get(0);
    }

    private static String text(MimeMessage mail) throws MessagingException, IOException {
        return ((String) ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent()).replace("\r\n", "\n");
    }
}
