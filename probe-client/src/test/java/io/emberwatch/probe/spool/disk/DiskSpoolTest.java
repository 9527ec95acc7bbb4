package io.emberwatch.probe.spool.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.emberwatch.probe.reading.Sample;
import io.emberwatch.probe.spool.Spool;
import io.emberwatch.probe.spool.SpoolLimits;
import io.emberwatch.protocol.AcknowledgedRange;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The spool with its thread, on a real directory. */
@Timeout(180)
final class DiskSpoolTest {
    private static final UUID KERNEL = UUID.randomUUID();

    @TempDir
    Path folder;

    @Test
    void what_was_appended_is_there_after_a_good_end_under_the_same_boot_id() throws IOException {
        UUID bootId;
        List<Long> appended;
        try (DiskSpool spool = open(Duration.ofSeconds(1))) {
            bootId = spool.bootId();
            appended = append(spool, 2500);
            spool.acknowledge(AcknowledgedRange.upTo(appended.get(499)));
        }

        try (DiskSpool spool = open(Duration.ofSeconds(1))) {
            assertThat(spool.bootId()).isEqualTo(bootId);
            assertThat(spool.depth()).isEqualTo(2000);
            assertThat(read(spool)).isEqualTo(appended.subList(500, 2500));
            assertThat(spool.lossBehind(0)).isEmpty();
            assertThat(spool.append(ProbeMachine.sample(ProbeMachine.START, 1))).isGreaterThan(appended.get(2499));
        }
    }

    @Test
    void a_reading_is_in_a_file_when_append_returns() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        List<Long> appended;
        try (DiskSpool spool = open(Duration.ofMinutes(1))) {
            appended = append(spool, 10);
            // What another process would find if this one were killed now.
            copyTo(copy);
        }

        try (DiskSpool spool = TestSpools.withLongTimeouts(copy, limits(), Duration.ofSeconds(1), KERNEL)) {
            assertThat(read(spool)).isEqualTo(appended);
            assertThat(spool.lossBehind(0)).isEmpty();
        }
    }

    @Test
    void two_probes_cannot_have_one_directory() throws IOException {
        try (DiskSpool spool = open(Duration.ofSeconds(1))) {
            assertThat(spool.status().mode()).isEqualTo(Spool.Status.Mode.DISK);
            assertThatThrownBy(() -> open(Duration.ofSeconds(1)))
                    .isInstanceOf(Spool.InUseException.class)
                    .hasMessageContaining(folder.resolve("spool") + " is in use by another probe");
        }
    }

    @Test
    void where_no_directory_can_be_made_it_lives_in_memory_and_says_why_until_it_can() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("spool"), "a file");
        try (DiskSpool spool = open(Duration.ofSeconds(1))) {
            List<Long> appended = append(spool, 3);
            assertThat(read(spool)).isEqualTo(appended);
            assertThat(spool.status().why())
                    .hasValueSatisfying(why -> assertThat(why).contains("is not a directory"));

            Files.delete(inTheWay);

            await().until(() -> spool.status().mode() == Spool.Status.Mode.DISK);
            assertThat(segments()).isPositive();
            assertThat(read(spool)).isEqualTo(appended);
        }
    }

    @Test
    void a_directory_that_is_deleted_is_made_again_with_what_is_still_in_memory() throws IOException {
        try (DiskSpool spool = open(Duration.ofMillis(50))) {
            List<Long> appended = append(spool, 20);
            copyTo(null);

            append(spool, 1);
            await().until(() -> segments() > 0 && spool.status().mode() == Spool.Status.Mode.DISK);

            assertThat(read(spool)).hasSize(21).startsWith(appended.get(0));
        }
    }

    @Test
    void only_its_owner_can_read_it() throws IOException {
        try (DiskSpool spool = open(Duration.ZERO)) {
            append(spool, 1);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("spool"))))
                    .isEqualTo("rwx------");
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("spool"))) {
                assertThat(files)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    private DiskSpool open(Duration sync) throws Spool.InUseException {
        return TestSpools.withLongTimeouts(folder.resolve("spool"), limits(), sync, KERNEL);
    }

    static SpoolLimits limits() {
        return new SpoolLimits(4 << 20, Duration.ofDays(7), 8 << 20);
    }

    private static List<Long> append(DiskSpool spool, int readings) {
        List<Long> sequences = new ArrayList<>();
        for (int i = 0; i < readings; i++) {
            sequences.add(spool.append(ProbeMachine.sample(ProbeMachine.START.plusSeconds(i), i, "GPU-a")));
        }
        return sequences;
    }

    static List<Long> read(Spool spool) {
        List<Long> sequences = new ArrayList<>();
        List<Sample.Numbered> next = spool.peek(0, Long.MAX_VALUE, 300);
        while (!next.isEmpty()) {
            next.forEach(reading -> sequences.add(reading.sequence()));
            next = spool.peek(sequences.get(sequences.size() - 1), Long.MAX_VALUE, 300);
        }
        return sequences;
    }

    private long segments() throws IOException {
        Path directory = folder.resolve("spool");
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".seg")).count();
        }
    }

    /** Copies the spool's files, or, to nowhere, deletes them with the directory. */
    private void copyTo(Path target) throws IOException {
        Path directory = folder.resolve("spool");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (target == null) {
                    Files.delete(file);
                } else {
                    Files.copy(file, target.resolve(file.getFileName()));
                }
            }
        }
        if (target == null) {
            Files.delete(directory);
        }
    }
}
