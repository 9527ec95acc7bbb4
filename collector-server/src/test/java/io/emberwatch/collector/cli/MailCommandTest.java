package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailCommandTest {
    @TempDir
    private Path folder;

    @Test
    void a_test_mail_is_delivered_at_once_and_without_a_database() throws IOException {
        Result result =
                CommandRun.withoutDatabase().run("mail", "test", "lena@example.org", "--mail-url", "file:" + folder);

        assertThat(result)
                .isEqualTo(new Result(0, "mail to lena@example.org was taken by folder " + folder + "\n", ""));
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> mails =
                    files.filter(file -> file.toString().endsWith(".eml")).toList();
            assertThat(mails).hasSize(1);
            assertThat(Files.readString(mails.get(0))).contains("To: lena@example.org");
        }
    }
}
