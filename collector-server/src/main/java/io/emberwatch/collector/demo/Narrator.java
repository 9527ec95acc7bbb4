package io.emberwatch.collector.demo;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Prints what is going on for the person in front of the terminal. */
public record Narrator(PrintWriter out) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** What the demo does itself. */
    public void step(String text) {
        line("* " + text);
    }

    /** What has happened by itself, and when. */
    void at(Instant time, String text) {
        line(TIME.format(time) + "  " + text);
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }
}
