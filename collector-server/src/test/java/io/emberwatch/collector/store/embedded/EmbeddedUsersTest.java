package io.emberwatch.collector.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedUsersTest {
    @TempDir
    private Path home;

    private EmbeddedUsers users;

    @BeforeEach
    void useAFolder() {
        users = new EmbeddedUsers(home);
    }

    @Test
    void whoever_leaves_while_another_is_there_is_not_the_last() throws IOException {
        Path first = users.enter();
        Path second = users.enter();

        assertThat(users.leave(first)).isFalse();
        assertThat(users.leave(second)).isTrue();
    }

    @Test
    void who_has_died_without_leaving_is_not_there() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        Path self = users.enter();
        Path other = enterAs(process.pid(), startOf(process.pid()));
        assertThat(users.leave(self)).isFalse();

        process.destroyForcibly().waitFor();

        assertThat(users.leave(users.enter())).isTrue();
        assertThat(other).doesNotExist();
    }

    @Test
    void a_later_process_with_the_number_of_one_that_died_is_another() throws IOException {
        Path other = enterAs(ProcessHandle.current().pid(), "1");

        assertThat(users.leave(users.enter())).isTrue();
        assertThat(other).doesNotExist();
    }

    @Test
    void the_start_of_a_process_is_counted_from_the_machines_which_no_clock_that_is_set_changes() throws IOException {
        long self = ProcessHandle.current().pid();

        assertThat(users.enter().getFileName().toString()).startsWith(self + "-" + startOf(self) + "-");
    }

    private Path enterAs(long pid, String start) throws IOException {
        Path folder = Files.createDirectories(home.resolve("users"));
        return Files.createFile(folder.resolve(pid + "-" + start + "-1"));
    }

    /** Field 22 of proc_pid_stat(5). */
    private static String startOf(long pid) throws IOException {
        String afterName = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst("(?s).*\\) ", "");
        return afterName.split(" ", -1)[19];
    }
}
