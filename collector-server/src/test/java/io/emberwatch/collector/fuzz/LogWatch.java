package io.emberwatch.collector.fuzz;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Stands in for standard error: counts what is logged, and keeps and passes on what hostile input must not cause.
 * Thread-safe.
 */
final class LogWatch extends FilterOutputStream {
    /** Leaks, defects, stack traces, and whatever is not an information. */
    private static final Pattern UNEXPECTED = Pattern.compile("LEAK|Exception|Error\\b|ERROR|WARN|^\\s+at |Caused by");

    /** What is told to the admin of hostile machines, and that two transactions may want the same row. */
    private static final Pattern FORESEEN =
            Pattern.compile("set aside in reading_rejected|readings are dated in the future"
                    + "|two machines show the same GPU|a machine sends more than it may|try restarting transaction");

    private static final int MOST_KEPT = 100;

    private final StringBuilder line = new StringBuilder();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicLong lines = new AtomicLong();

    LogWatch(OutputStream passOn) {
        super(passOn);
    }

    /** Lines logged. */
    long lines() {
        return lines.get();
    }

    /** Lines that should not be there, the first of them. */
    Queue<String> unexpected() {
        return unexpected;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        for (char c : new String(bytes, offset, length, StandardCharsets.UTF_8).toCharArray()) {
            next(c);
        }
    }

    @Override
    public synchronized void write(int b) throws IOException {
        next((char) b);
    }

    private void next(char c) throws IOException {
        if (c != '\n') {
            line.append(c);
            return;
        }
        lines.incrementAndGet();
        if (UNEXPECTED.matcher(line).find() && !FORESEEN.matcher(line).find() && unexpected.size() < MOST_KEPT) {
            unexpected.add(line.toString());
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        line.setLength(0);
    }
}
