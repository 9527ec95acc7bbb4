package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the collector, with a Java that only says what it was started with. */
class LauncherTest {
    private static final Path SCRIPT = Path.of("src", "main", "bin", "emberwatch-collector");
    private static final String FOR_LONG = "-XX:+UseG1GC";
    private static final String FOR_SHORT = "-XX:TieredStopAtLevel=1";

    @TempDir
    private Path java;

    @BeforeEach
    void java_that_prints_its_arguments() throws IOException {
        Path program = Files.createDirectory(java.resolve("bin")).resolve("java");
        Files.writeString(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "serve --config F",
                "--config F serve",
                "--config=F serve",
                "--debug --config F serve --listen 127.0.0.1:0",
                "demo",
                "--debug demo"
            })
    void what_runs_for_long_gets_the_optimising_compiler_wherever_options_stand(String line) throws Exception {
        assertThat(start(line)).contains(FOR_LONG).doesNotContain(FOR_SHORT).endsWith(line.split(" ", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "--config F machine list", "gpu list server", "--version", "config check"})
    void a_command_that_is_soon_over_starts_fast(String line) throws Exception {
        assertThat(start(line)).contains(FOR_SHORT).doesNotContain(FOR_LONG).endsWith(line.split(" ", -1));
    }

    private List<String> start(String line) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(
                        Stream.concat(Stream.of(SCRIPT.toString()), Stream.of(line.split(" ", -1)))
                                .toList())
                .redirectErrorStream(true);
        command.environment().put("JAVA_HOME", java.toString());
        Process script = command.start();
        String printed = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor()).as(printed).isZero();
        return printed.lines().toList();
    }
}
