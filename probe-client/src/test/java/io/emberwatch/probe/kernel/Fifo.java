package io.emberwatch.probe.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that hangs whoever reads it, as that of a dead device does, until it is answered. */
public record Fifo(Path file) {
    public static Fifo at(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        assertThat(new ProcessBuilder("mkfifo", file.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        return new Fifo(file);
    }

    /** Somebody must be reading, or this waits for it. */
    public void answer(String text) throws IOException {
        try (OutputStream reader = Files.newOutputStream(file)) {
            reader.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
