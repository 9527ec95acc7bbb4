package io.emberwatch.probe.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UserNamesTest {
    @TempDir
    private Path folder;

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);
    private String number = "";

    @BeforeEach
    void owner() throws IOException {
        number = String.valueOf(Files.getAttribute(folder, "unix:uid"));
    }

    @Test
    void name_that_is_found_soon_is_waited_for() {
        assertThat(names(Duration.ofMinutes(1), (file, uid) -> "ada").ownerOf(folder))
                .isEqualTo("ada");
    }

    @Test
    void whoever_asks_while_a_name_is_looked_for_waits_for_it_too() throws Exception {
        AtomicReference<UserNames> names = new AtomicReference<>();
        AtomicReference<String> owner = new AtomicReference<>();
        Thread other = new Thread(() -> owner.set(names.get().ownerOf(folder)));
        names.set(names(Duration.ofMinutes(1), (file, uid) -> {
            other.start();
            await().until(() -> other.getState() == Thread.State.TIMED_WAITING || !other.isAlive());
            return "ada";
        }));

        assertThat(names.get().ownerOf(folder)).isEqualTo("ada");
        other.join();
        assertThat(owner).hasValue("ada");
    }

    @Test
    void directory_that_hangs_is_waited_for_once() {
        CountDownLatch never = new CountDownLatch(1);
        Duration timeout = Duration.ofMillis(500);
        UserNames names = names(timeout, (file, uid) -> {
            awaitQuietly(never);
            return "ada";
        });

        long begun = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            assertThat(names.ownerOf(folder)).isEqualTo(number);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isGreaterThanOrEqualTo(timeout)
                .isLessThan(timeout.multipliedBy(100));
        never.countDown();
    }

    @Test
    void user_is_a_number_until_a_hanging_directory_answers() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        UserNames names = names((file, uid) -> {
            awaitQuietly(answer);
            return "ada";
        });

        assertThat(names.ownerOf(folder)).isEqualTo(number);
        assertThat(names.ownerOf(folder)).isEqualTo(number);
        answer.countDown();

        await().until(() -> names.ownerOf(folder).equals("ada"));
        assertThat(asked).hasValue(1);
    }

    @Test
    void name_that_could_not_be_had_is_looked_for_again_some_time_later() {
        UserNames names = names((file, uid) -> {
            if (asked.get() == 1) {
                throw new IOException("the directory is away");
            }
            return asked.get() == 2 ? number : "ada";
        });
        for (int i = 1; i <= 2; i++) {
            int soFar = i;
            // Not looked for as long as the look before is not quite over.
            await().until(() -> names.ownerOf(folder).equals(number) && asked.get() == soFar);
            assertThat(names.ownerOf(folder)).isEqualTo(number);
            assertThat(asked).hasValue(i);
            now.addAndGet(UserNames.TRIED_AGAIN_AFTER.toNanos());
        }

        await().until(() -> names.ownerOf(folder).equals("ada"));
        assertThat(asked).hasValue(3);
    }

    @Test
    void file_that_is_gone_has_no_owner() {
        assertThat(names((file, uid) -> "ada").ownerOf(folder.resolve("gone"))).isEmpty();
        assertThat(asked).hasValue(0);
    }

    private UserNames names(UserNames.Directory directory) {
        return names(Duration.ZERO, directory);
    }

    private UserNames names(Duration timeout, UserNames.Directory directory) {
        return new UserNames(
                (file, uid) -> {
                    asked.incrementAndGet();
                    return directory.nameOf(file, uid);
                },
                timeout,
                now::get);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
