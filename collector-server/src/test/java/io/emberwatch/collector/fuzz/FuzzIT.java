package io.emberwatch.collector.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Some seconds of hostile input with another seed each time; {@code fuzz.sh} repeats a seed, or goes on for longer. */
@Tag("integration")
class FuzzIT {
    private static final int FRAMES = 200_000;

    @Test
    void hostile_frames_leave_no_trace_and_honest_probes_do_not_notice() throws Exception {
        Process fuzz = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FuzzMain.class.getName(),
                        Integer.toString(FRAMES))
                .redirectErrorStream(true)
                .start();

        String output = new String(fuzz.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.print(output);

        assertThat(fuzz.waitFor()).as(output).isZero();
    }
}
