package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demo as a person runs it, on the self-contained folders of both daemons. */
@Tag("integration")
class DemoIT {
    private static final Path PROGRAM = Path.of("target/emberwatch-collector/bin/emberwatch-collector");
    private static final Pattern SUMMARY =
            Pattern.compile("demo: (\\d+) readings stored, (\\d+) alarms raised, (\\d+) mails delivered");

    private Path folder;

    @BeforeEach
    void useAFolderOfItsOwn() throws IOException {
        folder = Files.createTempDirectory(Path.of("target"), "demo-").toRealPath();
    }

    /** Whatever a failed test has left running; the unpacked database is large, so it goes too. */
    @AfterEach
    void cleanUp() throws IOException {
        processesOf(folder).forEach(ProcessHandle::destroyForcibly);
        processesOf(folder).forEach(process -> process.onExit().join());
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void it_shows_an_alarm_and_its_end_and_can_be_run_again_whatever_a_killed_one_has_left_behind() throws Exception {
        requireSuccess(new Run(folder, 30));
        assertThat(subjects()).anyMatch(subject -> subject.startsWith("[critical] "));
        assertThat(subjects()).anyMatch(subject -> subject.startsWith("[cleared] "));
        int mails = subjects().size();

        Process killed = demo(folder, 60).redirectErrorStream(true).start();
        try (var lines = killed.inputReader()) {
            assertThat(lines.lines().anyMatch(line -> line.contains("cpu_util_percent")))
                    .isTrue();
            killed.destroyForcibly().waitFor();
        }
        assertThat(processesOf(folder)).isNotEmpty();

        requireSuccess(new Run(folder, 20));
        assertThat(subjects()).hasSizeGreaterThan(mails);
    }

    private static void requireSuccess(Run run) throws Exception {
        int exitCode = run.await();

        String said = String.join("\n", run.lines);
        assertThat(exitCode).as(said).isZero();
        MatchResult summary = SUMMARY.matcher(run.lines.get(run.lines.size() - 1))
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError("no summary at the end of\n" + said));
        assertThat(Integer.parseInt(summary.group(1))).as(said).isGreaterThanOrEqualTo(5);
        assertThat(Integer.parseInt(summary.group(2))).as(said).isGreaterThanOrEqualTo(1);
        assertThat(Integer.parseInt(summary.group(3))).as(said).isGreaterThanOrEqualTo(1);
        assertThat(run.machineFoundWithSql).as(said).isNotEmpty();
        assertThat(run.machineFoundWithClient).as(said).contains(run.machineFoundWithSql);
        assertThat(processesOf(run.folder)).as(said).isEmpty();
    }

    private List<String> subjects() throws Exception {
        List<String> subjects = new ArrayList<>();
        try (Stream<Path> mails = Files.list(folder.resolve("mail"))) {
            for (Path mail : mails.toList()) {
                try (InputStream content = Files.newInputStream(mail)) {
                    MimeMessage message = new MimeMessage(Session.getInstance(new Properties()), content);
                    assertThat(message.getHeader("To", null)).contains("owner@demo.example");
                    assertThat(message.isMimeType("multipart/alternative")).isTrue();
                    subjects.add(message.getSubject());
                }
            }
        }
        return subjects;
    }

    /** Probes and databases whose files are there. */
    private static List<ProcessHandle> processesOf(Path folder) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(command -> command.contains(folder.toString()))
                        .isPresent())
                .toList();
    }

    private static ProcessBuilder demo(Path folder, int seconds) {
        return new ProcessBuilder(
                PROGRAM.toAbsolutePath().toString(),
                "demo",
                "--seconds",
                Integer.toString(seconds),
                "--data-dir",
                folder.toString());
    }

    /** One demo, of which somebody reads along and tries out what it says. */
    private static final class Run {
        private static final Pattern ACCESS =
                Pattern.compile("host (\\S+), port (\\d+), database (\\S+), user (\\S+), password (\\S+)");
        private static final Pattern COMMAND = Pattern.compile("^ +(/.*mariadb .* -e .*)");
        private static final Pattern QUERY = Pattern.compile("for example: (SELECT .*)");

        private final Path folder;
        private final Process process;
        private final List<String> lines = new ArrayList<>();
        private String machineFoundWithSql = "";
        private String machineFoundWithClient = "";

        Run(Path folder, int seconds) throws IOException {
            this.folder = folder;
            this.process = demo(folder, seconds).redirectErrorStream(true).start();
        }

        int await() throws Exception {
            try (var reader = process.inputReader()) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                    if (line.contains("cpu_util_percent") && machineFoundWithSql.isEmpty()) {
                        machineFoundWithSql = ask();
                        machineFoundWithClient = askWithPrintedCommand();
                    }
                }
            }
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return process.exitValue();
        }

        private String ask() throws Exception {
            MatchResult access = printed(ACCESS);
            String url = "jdbc:mysql://" + access.group(1) + ":" + access.group(2) + "/" + access.group(3)
                    + "?sslMode=DISABLED";
            try (Connection connection = DriverManager.getConnection(url, access.group(4), access.group(5));
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(printed(QUERY).group(1))) {
                return row.next() ? row.getString("machine") : "";
            }
        }

        private String askWithPrintedCommand() throws IOException {
            Process client = new ProcessBuilder("sh", "-c", printed(COMMAND).group(1))
                    .redirectErrorStream(true)
                    .start();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }

        private MatchResult printed(Pattern pattern) {
            return lines.stream()
                    .flatMap(line -> pattern.matcher(line).results())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(pattern + " is not in\n" + String.join("\n", lines)));
        }
    }
}
