package io.emberwatch.probe.link;

import static io.emberwatch.probe.testing.FakeCollector.welcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.probe.status.StatusClient.StatusUnavailable;
import io.emberwatch.probe.testing.FakeCollector;
import io.emberwatch.probe.testing.FakeCollector.Peer;
import io.emberwatch.probe.testing.ProbeProcess;
import io.emberwatch.protocol.AcknowledgedRange;
import io.emberwatch.protocol.Bye;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.Inventory;
import io.emberwatch.protocol.Message;
import io.emberwatch.protocol.Message.Ack;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.Reading;
import io.emberwatch.protocol.Readings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process of its own, as a service manager starts and stops it. */
@Tag("integration")
@Timeout(120)
final class ProbeProcessTest {
    /** So many readings later the CPU's load is known, or never will be. */
    private static final int ENOUGH = 10;

    @TempDir
    Path folder;

    private FakeCollector collector;
    private ProbeProcess probe;

    @BeforeEach
    void start() throws IOException {
        collector = new FakeCollector();
        probe = new ProbeProcess(folder, collector, "io.emberwatch.probe.cli.ProbeCli");
    }

    @AfterEach
    void kill() throws IOException {
        probe.close();
        collector.close();
    }

    @Test
    void it_streams_readings_and_on_sigterm_sends_what_is_left_and_says_goodbye() throws Exception {
        Peer peer = collector.accept();
        Hello hello = peer.expect(Hello.class);
        assertThat(hello.machineName()).isEqualTo("gpu-1");
        peer.welcome(hello, welcome(4, 0));
        peer.expect(Inventory.class);
        // A busy machine may send several at once.
        List<Reading> readings = new ArrayList<>();
        // Where the first sample came late, the second follows too soon for the CPU's counters to be read anew.
        while (readings.size() < 2 || (readings.size() < ENOUGH && !hasCpuValuesAfterTheFirst(readings))) {
            readings.addAll(acknowledgeNext(peer));
        }
        // The socket is opened behind the link's start, and WELCOME counts as an acknowledgement too.
        FlatJson status = await().ignoreException(StatusUnavailable.class)
                .until(probe::status, now -> lastAck(now) >= readings.get(0).sequence());

        probe.process().destroy();
        List<Message> last = new ArrayList<>();
        while (last.isEmpty() || !(last.get(last.size() - 1) instanceof Bye)) {
            Message message = peer.receive();
            if (message instanceof Readings batch) {
                peer.send(new Ack(AcknowledgedRange.upTo(batch.lastSequence())));
            }
            last.add(message);
        }
        peer.close();

        assertThat(((Bye) last.get(last.size() - 1)).reason()).isEqualTo(Bye.Reason.STOPPED);
        assertThat(probe.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(probe.process().exitValue()).isEqualTo(ProbeProcess.EXIT_CODE_OF_SIGTERM);
        assertThat(status.text("link")).contains("connected");
        assertThat(status.text("sampling")).contains("running");
        assertThat(status.text("machine")).contains("gpu-1");
        assertThat(status.text("pid")).contains(Long.toString(probe.process().pid()));
        assertThat(lastAck(status))
                .isBetween(
                        readings.get(0).sequence(),
                        readings.get(readings.size() - 1).sequence());
        assertThat(probe.socket()).doesNotExist();
        assertThat(readings.get(0).machine().has(Metric.CPU_UTIL_PERCENT)).isFalse();
        assertThat(hasCpuValuesAfterTheFirst(readings)).isTrue();
        assertThat(readings.get(1).machine().has(Metric.SPOOL_USED_PERCENT)).isTrue();
    }

    private static boolean hasCpuValuesAfterTheFirst(List<Reading> readings) {
        return readings.stream().skip(1).anyMatch(reading -> reading.machine().has(Metric.CPU_UTIL_PERCENT));
    }

    private static long lastAck(FlatJson status) {
        return status.text("last_ack_sequence").map(Long::valueOf).orElse(-1L);
    }

    private static List<Reading> acknowledgeNext(Peer peer) throws Exception {
        Message message = peer.receive();
        while (!(message instanceof Readings)) {
            message = peer.receive();
        }
        Readings batch = (Readings) message;
        peer.send(new Ack(AcknowledgedRange.upTo(batch.lastSequence())));
        return batch.readings();
    }
}
