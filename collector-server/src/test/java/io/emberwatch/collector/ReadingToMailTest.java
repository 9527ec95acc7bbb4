package io.emberwatch.collector;

import static io.emberwatch.collector.testing.TestReadings.reading;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.collector.app.Collector;
import io.emberwatch.collector.testing.ProtocolClient;
import io.emberwatch.collector.testing.TestCollectors;
import io.emberwatch.collector.testing.TestDatabase;
import io.emberwatch.collector.testing.TestFleet;
import io.emberwatch.collector.testing.TestHeat;
import io.emberwatch.collector.testing.TestServer;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Readings;
import io.emberwatch.protocol.Welcome;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The whole way of one reading, on a real database, in the fast tier; the integration tier looks at each part of it.
 */
class ReadingToMailTest {
    @Test
    void a_hot_reading_is_stored_with_its_alarm_before_it_is_acknowledged_and_mailed_then() throws Exception {
        try (TestDatabase database = TestServer.MARIADB.create()) {
            TestFleet.Member machine =
                    TestFleet.register(database.database(), 1).get(0);
            TestHeat.limitWithoutDelay(database);
            try (Collector collector = TestCollectors.start(database.database());
                    ProtocolClient probe = ProtocolClient.connect(collector.address())) {
                probe.authenticate(machine.name(), machine.key(), UUID.randomUUID());
                probe.receive(Welcome.class);
                probe.send(new Readings(List.of(reading(1, Instant.now(), Metric.CPU_TEMP_C, 96))));

                assertThat(probe.receive(Ack.class).acknowledged().last()).isEqualTo(1);

                assertThat(database.query("SELECT cpu_temp_c FROM machine_now")).containsExactly("96.0");
                assertThat(database.query("SELECT CONCAT_WS(' ', metric, severity, state) FROM alarm"))
                        .containsExactlyInAnyOrder("cpu_temp_c warning firing", "cpu_temp_c critical firing");
                await().untilAsserted(
                                () -> assertThat(database.query("SELECT CONCAT_WS(' ', kind, state) FROM mail_outbox"))
                                        .containsExactly("raised sent"));
            }
        }
    }
}
