package io.emberwatch.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.testing.CollectorProcess;
import io.emberwatch.collector.testing.SimulatedFleet;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A collector that is killed in the middle of a stream, again and again, loses and doubles nothing. */
@Tag("integration")
class CollectorKilledIT {
    private static final int KILLS = 3;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void every_reading_and_every_alarm_is_stored_once(TestServer server) throws Exception {
        try (TestDatabase database = server.create();
                CollectorProcess collector = new CollectorProcess(database.settings(), folder, "--alarm-settle=0s")) {
            List<TestFleet.Member> machines = TestFleet.register(database.database(), 50);
            TestHeat.limitWithoutDelay(database);
            collector.start();
            try (SimulatedFleet fleet = new SimulatedFleet(collector.address(), machines, TestHeat::values, 10)) {
                // Readings that wait for a minute would be reported as past.
                fleet.sampleAsAcknowledged(Duration.ofMillis(50));
                for (int i = 0; i < KILLS; i++) {
                    long before = fleet.acknowledged();
                    await().atMost(Duration.ofMinutes(3)).until(() -> fleet.acknowledged() > before + 5_000);
                    collector.kill();
                    collector.start();
                }
                long before = fleet.acknowledged();
                await().atMost(Duration.ofMinutes(3)).until(() -> fleet.acknowledged() > before + 5_000);
                fleet.stopSampling();
                await().atMost(Duration.ofMinutes(3)).until(() -> fleet.acknowledged() == fleet.taken());

                TestHeat.assertEverythingOnce(database, machines, fleet.takenByEach());
                assertEveryMailArrivedOnce(database);
                assertThat(collector.stop()).isEqualTo(143);
            }
        }
    }

    /** A mail that was being sent when the collector was killed is sent again once its lease is over. */
    private void assertEveryMailArrivedOnce(TestDatabase database) {
        database.execute("UPDATE mail_outbox SET next_attempt_at = UTC_TIMESTAMP(3) WHERE state = 'pending'");
        await().atMost(Duration.ofMinutes(3))
                .until(() -> database.query("SELECT COUNT(*) FROM mail_outbox WHERE state <> 'sent'")
                        .equals(List.of("0")));
        assertThat(deliveredMessageIds())
                .containsExactlyInAnyOrderElementsOf(database.query("SELECT message_id FROM mail_outbox"));
    }

    private List<String> deliveredMessageIds() {
        try (Stream<Path> mails = Files.list(folder.resolve("mail"))) {
            return mails.filter(file -> file.toString().endsWith(".eml"))
                    .map(CollectorKilledIT::messageId)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String messageId(Path mail) {
        try (Stream<String> lines = Files.lines(mail)) {
            return lines.filter(line -> line.startsWith("Message-ID: "))
                    .map(line -> line.substring("Message-ID: ".length()))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
