package io.emberwatch.probe.spool.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk in trouble costs sampler and link no more than a moment, once, and no reading. */
@Timeout(180)
final class DiskSpoolTroubleTest {
    private static final Duration SYNC = Duration.ofMillis(20);
    private static final UUID KERNEL = UUID.randomUUID();

    /** With a disk that hangs; one that does not is given all the time that it needs. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    /** What a thousand readings would exceed by far, if each waited. */
    private static final Duration IF_MANY_WAITED = TIMEOUT.multipliedBy(30);

    @TempDir
    Path folder;

    private final List<Long> appended = new ArrayList<>();

    @Test
    void while_a_write_hangs_readings_wait_once_and_then_go_to_memory_and_all_are_written_when_it_ends()
            throws IOException {
        TroubledFiles files = files();
        try (LogLines log = new LogLines();
                DiskSpool spool = open(files)) {
            append(spool, 5);
            files.writes.close();

            Duration first = append(spool, 1);
            Duration others = append(spool, 1000);

            assertThat(first).isGreaterThanOrEqualTo(TIMEOUT);
            assertThat(others).isLessThan(IF_MANY_WAITED);
            assertThat(sequences(spool)).isEqualTo(appended);
            assertThat(spool.status().mode()).isEqualTo(Spool.Status.Mode.MEMORY);
            assertThat(log.with(spoolInDirectory() + " cannot be used"))
                    .singleElement()
                    .asString()
                    .contains("has not taken a reading for 2 s", "look at the disk");

            files.writes.open();

            awaitDisk(spool);
            assertThat(log.with(spoolInDirectory() + " works again; all readings"))
                    .hasSize(1);
            assertThat(log.with(spoolInDirectory() + " cannot be used")).hasSize(1);
        }
        assertAllOnDisk();
    }

    @Test
    void while_a_force_hangs_neither_the_reading_before_it_waits_nor_the_link() throws Exception {
        TroubledFiles files = files();
        try (LogLines log = new LogLines();
                DiskSpool spool = open(files)) {
            append(spool, 1);
            files.nextWriteShutsForces = true;

            append(spool, 1);
            files.forces.awaitReached();

            // Had it waited, it would have timed out.
            assertThat(spool.status().mode()).isEqualTo(Spool.Status.Mode.DISK);
            assertThat(sequences(spool)).isEqualTo(appended);
            // The thread that would write them hangs, so that of all these the first waits, as it does for a write.
            assertThat(append(spool, 1000)).isLessThan(IF_MANY_WAITED);
            assertThat(sequences(spool)).isEqualTo(appended);
            assertThat(log.with(spoolInDirectory() + " cannot be used")).hasSize(1);

            files.forces.open();

            awaitDisk(spool);
        }
        assertAllOnDisk();
    }

    @Test
    void without_permission_it_lives_in_memory_and_says_once_what_to_look_at() throws IOException {
        TroubledFiles files = files();
        files.isDenied = true;
        try (LogLines log = new LogLines();
                DiskSpool spool = open(files)) {
            append(spool, 100);

            assertThat(sequences(spool)).isEqualTo(appended);
            assertThat(log.with(spoolInDirectory() + " cannot be used"))
                    .singleElement()
                    .asString()
                    .contains("permission denied: /the/spool", "the directory's owner");

            files.isDenied = false;

            awaitDisk(spool);
        }
        assertAllOnDisk();
    }

    @Test
    void a_directory_that_cannot_be_made_is_named_once_with_the_reason() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no directory");
        Path below = file.resolve("spool");
        try (LogLines log = new LogLines();
                DiskSpool spool = TestSpools.withLongTimeouts(below, DiskSpoolTest.limits(), SYNC, KERNEL)) {
            append(spool, 10);

            assertThat(sequences(spool)).isEqualTo(appended);
            assertThat(log.with("the spool in " + below + " cannot be used"))
                    .singleElement()
                    .asString()
                    .contains("Not a directory");
        }
    }

    private TroubledFiles files() {
        return new TroubledFiles(new DirectoryFiles(directory()));
    }

    private Path directory() {
        return folder.resolve("spool");
    }

    /** How its log lines begin: others may still be logging. */
    private String spoolInDirectory() {
        return "the spool in " + directory();
    }

    private DiskSpool open(TroubledFiles files) throws Spool.InUseException {
        return DiskSpool.open(
                files,
                directory(),
                DiskSpoolTest.limits(),
                SYNC,
                Clock.systemUTC(),
                KERNEL,
                new SpoolThread.Timeouts(
                        TestSpools.LONG, () -> files.hangs() ? TIMEOUT : TestSpools.LONG, TestSpools.LONG));
    }

    /** How long it took. */
    private Duration append(DiskSpool spool, int readings) {
        long begun = System.nanoTime();
        for (int i = 0; i < readings; i++) {
            appended.add(spool.append(ProbeMachine.sample(ProbeMachine.START.plusSeconds(i), i)));
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static List<Long> sequences(DiskSpool spool) {
        return DiskSpoolTest.read(spool);
    }

    private static void awaitDisk(DiskSpool spool) {
        await().until(() -> spool.status().mode() == Spool.Status.Mode.DISK);
    }

    /** What the next probe finds. */
    private void assertAllOnDisk() throws IOException {
        try (DiskSpool spool = open(files())) {
            assertThat(sequences(spool)).isEqualTo(appended);
            assertThat(spool.lossBehind(0)).isEmpty();
        }
    }
}
