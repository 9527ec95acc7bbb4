package io.emberwatch.probe.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.deadline.DeadlineCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class WatchedTreeTest {
    private static final Duration HUNG_AFTER = Duration.ofSeconds(30);

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong();
    private final DeadlineCalls calls = new DeadlineCalls(Duration.ofMillis(50), HUNG_AFTER, nanos::get);
    private FakeTree machine;
    private KernelTree tree;

    @BeforeEach
    void watch() {
        machine = new FakeTree(root)
                .file("sys/class/hwmon/hwmon0/temp1_input", "41000")
                .file("sys/class/hwmon/hwmon0/temp2_input", "42000")
                .file("proc/loadavg", "1.5");
        tree = machine.tree().watchedBy(calls);
    }

    @Test
    void drive_that_hangs_costs_its_own_values_and_no_other_its() throws Exception {
        Fifo dead = Fifo.at(tree.sys("class/hwmon/hwmon1/temp1_input"));
        machine.file("sys/class/hwmon/hwmon1/temp2_input", "50000");

        for (int reading = 0; reading < 3; reading++) {
            calls.beginReading();
            assertThat(tree.number(dead.file())).isEmpty();
            assertThat(tree.number(tree.sys("class/hwmon/hwmon1/temp2_input")))
                    .as("of the same drive")
                    .isEmpty();
        }

        await().untilAsserted(() -> {
            calls.beginReading();
            assertThat(tree.number(tree.sys("class/hwmon/hwmon0/temp1_input"))).hasValue(41_000);
            assertThat(tree.text(tree.proc("loadavg"))).contains("1.5");
        });
        nanos.addAndGet(HUNG_AFTER.toNanos());
        assertThat(calls.hung()).containsExactly(dead.file().getParent().toString());
        dead.answer("51000\n");
        await().until(() -> calls.hung().isEmpty());
    }

    @Test
    void file_of_the_kernel_that_hangs_is_absent() throws Exception {
        Fifo dead = Fifo.at(tree.proc("mdstat"));

        assertThat(tree.text(dead.file())).isEmpty();
        assertThat(tree.bytes(dead.file())).isEmpty();

        nanos.addAndGet(HUNG_AFTER.toNanos());
        assertThat(calls.hung()).containsExactly(dead.file().toString());
        dead.answer("");
    }

    @Test
    void slow_drive_has_all_its_values_in_the_reading_after() throws Exception {
        Fifo slow = Fifo.at(tree.sys("class/hwmon/hwmon1/temp1_input"));
        Path other = tree.sys("class/hwmon/hwmon1/temp2_input");
        machine.file("sys/class/hwmon/hwmon1/temp2_input", "50000");
        String device = other.getParent().toString();
        calls.beginReading();
        tree.number(slow.file());
        tree.number(other);
        slow.answer("51000\n");
        await().until(() -> !calls.isBusy(device));
        calls.beginReading();
        tree.number(slow.file());

        for (int reading = 0; reading < 3; reading++) {
            tree.number(other);
            slow.answer("51000\n");
            await().until(() -> !calls.isBusy(device));
            calls.beginReading();
            assertThat(tree.number(slow.file())).hasValue(51_000);
            assertThat(tree.number(other)).hasValue(50_000);
        }
        slow.answer("51000\n");
    }

    @Test
    void value_is_read_once_in_a_reading_and_anew_in_the_next() {
        Path file = tree.sys("class/hwmon/hwmon0/temp1_input");
        calls.beginReading();
        assertThat(tree.number(file)).hasValue(41_000);
        machine.file("sys/class/hwmon/hwmon0/temp1_input", "43000");

        assertThat(tree.number(file)).hasValue(41_000);
        calls.beginReading();
        assertThat(tree.number(file)).hasValue(43_000);
    }
}
