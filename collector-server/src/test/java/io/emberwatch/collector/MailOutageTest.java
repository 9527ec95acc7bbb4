package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.testing.MailServers;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.ReservedPort;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Welcome;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** From a hot reading to the owner's mailbox, also when the mail server is away for 20 s. */
@Tag("integration")
@Execution(ExecutionMode.CONCURRENT)
class MailOutageTest {
    private static final Duration OUTAGE = Duration.ofSeconds(20);

    @Test
    void mails_pending_while_the_mail_server_refuses_arrive_once_each() throws Exception {
        try (ReservedPort port = new ReservedPort();
                TestDatabase database = TestServer.MARIADB.create()) {
            List<TestFleet.Member> machines = TestFleet.register(database.database(), 5);
            TestHeat.limitWithoutDelay(database);
            MailDestination smtp = new MailDestination.Smtp(
                    MailDestination.Security.NONE, "127.0.0.1", port.number(), Optional.empty());
            try (Collector collector = TestCollectors.start(database.database(), TestCollectors.NET, smtp)) {
                for (TestFleet.Member machine : machines) {
                    heatUp(collector, machine);
                }
                await().pollDelay(OUTAGE).until(() -> true);
                assertThat(database.query("SELECT DISTINCT state FROM mail_outbox"))
                        .containsExactly("pending");

                GreenMail mailServer = MailServers.smtp(port.number());
                mailServer.start();
                try {
                    await().until(() -> database.query("SELECT COUNT(*) FROM mail_outbox WHERE state = 'sent'")
                            .equals(List.of("5")));
                    MimeMessage[] mails = mailServer.getReceivedMessages();
                    assertThat(mails)
                            .extracting(MimeMessage::getSubject)
                            .containsExactlyInAnyOrderElementsOf(machines.stream()
                                    .map(machine -> "[critical] " + machine.name() + " cpu_temp_c 96.0 (limit 90.0)")
                                    .toList());
                } finally {
                    mailServer.stop();
                }
            }
        }
    }

    private static void heatUp(Collector collector, TestFleet.Member machine) throws Exception {
        try (ProtocolClient probe = ProtocolClient.connect(collector.address())) {
            probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
            probe.receive(Welcome.class);
            probe.send(new Readings(List.of(reading(1, Instant.now(), Metric.CPU_TEMP_C, 96))));
            probe.receive(Ack.class);
        }
    }
}
