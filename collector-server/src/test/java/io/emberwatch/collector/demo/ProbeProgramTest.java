package io.emberwatch.collector.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeProgramTest {
    @Test
    void it_is_looked_for_where_it_is_built_then_beside_the_collector_then_on_the_path_then_where_it_is_installed() {
        Path home = Path.of("/src/collector-server/target/emberwatch-collector");

        assertThat(ProbeProgram.places(Optional.of(home), "/usr/local/bin:/usr/bin"))
                .containsExactly(
                        Path.of("/src/probe-client/target/emberwatch-probe/bin/emberwatch-probe"),
                        Path.of("/src/collector-server/target/emberwatch-probe/bin/emberwatch-probe"),
                        Path.of("/src/collector-server/target/emberwatch-collector/bin/emberwatch-probe"),
                        Path.of("/usr/local/bin/emberwatch-probe"),
                        Path.of("/usr/bin/emberwatch-probe"),
                        Path.of("/opt/emberwatch-probe/bin/emberwatch-probe"));
    }

    @Test
    void what_cannot_be_run_is_passed_over(@TempDir Path folder) throws Exception {
        Path text = Files.createFile(folder.resolve("text"));
        Path program = Files.createFile(
                folder.resolve("program"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertThat(ProbeProgram.find(List.of(folder.resolve("missing"), folder, text, program)))
                .isEqualTo(program);
    }

    @Test
    void if_it_is_nowhere_the_error_says_where_it_was_looked_for(@TempDir Path folder) {
        Path here = folder.resolve("here");
        Path there = folder.resolve("there");

        assertThatThrownBy(() -> ProbeProgram.find(List.of(here, there)))
                .isInstanceOf(DemoFailed.class)
                .hasMessageContainingAll(here.toString(), there.toString(), "--probe");
    }
}
