package io.emberwatch.probe.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Catches what this JVM logs while it is open. */
public final class LogLines implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

    public LogLines() {
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    }

    /** The lines so far that contain {@code text}. */
    public List<String> with(String text) {
        return logged.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    /** From now on lines go where they went before. */
    @Override
    public void close() {
        System.setErr(before);
    }
}
