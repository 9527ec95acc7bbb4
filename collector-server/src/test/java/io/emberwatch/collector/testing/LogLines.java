package io.emberwatch.collector.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged in this JVM while it is open; it still goes where it went before, too. */
public final class LogLines implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

    private LogLines() {}

    public static LogLines record() {
        LogLines lines = new LogLines();
        System.setErr(new PrintStream(new Tee(lines.logged, lines.before), true, StandardCharsets.UTF_8));
        return lines;
    }

    /** The lines so far that contain {@code text}. */
    public List<String> with(String text) {
        return logged.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(before);
    }

    private static final class Tee extends OutputStream {
        private final ByteArrayOutputStream one;
        private final PrintStream other;

        private Tee(ByteArrayOutputStream one, PrintStream other) {
            this.one = one;
            this.other = other;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            one.write(bytes, offset, length);
            other.write(bytes, offset, length);
        }
    }
}
