package io.emberwatch.probe.cli;

import io.emberwatch.probe.status.FlatJson;
import io.emberwatch.protocol.Texts;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A probe's status for people: aligned, without what is absent, and harmless whatever it holds. */
final class StatusText {
    private static final int LABEL = 14;

    private final FlatJson status;
    private final List<String> lines = new ArrayList<>();

    private StatusText(FlatJson status) {
        this.status = status;
    }

    static String of(FlatJson status) {
        return new StatusText(status).text();
    }

    /** What is wrong, in a few words; empty if the probe is connected and samples. */
    static Optional<String> problem(FlatJson status) {
        boolean connected = is(status, "link", "connected");
        if (!is(status, "sampling", "running")) {
            return Optional.of(connected ? "sampling hangs" : "sampling hangs, not connected");
        }
        return connected ? Optional.empty() : Optional.of("not connected");
    }

    private String text() {
        line("state", Optional.of(problem(status).orElse("connected and sampling")));
        line("machine", value("machine"));
        line("collector", value("collector"));
        line(
                "probe",
                value("probe_version")
                        .map(version -> version
                                + value("pid").map(pid -> ", pid " + pid).orElse("")));
        line("up since", time("up_since"));
        line("link", link());
        line("last error", value("last_error"));
        line("", time("last_error_at"));
        line("last ack", value("last_ack_sequence").map(sequence -> "up to reading " + sequence + at("last_ack_at")));
        line("sessions", value("session_count"));
        line("sampling", value("sampling_interval_s").map(interval -> "every " + interval + " s"));
        line("last reading", lastReading());
        for (int i = 1; value("remark_" + i).isPresent(); i++) {
            line(i == 1 ? "not measured" : "", value("remark_" + i));
        }
        line("spool", value("spool_depth").map(depth -> depth + " readings wait" + fill()));
        line("  oldest", time("spool_oldest_at"));
        line("  kept", value("spool_mode").map(this::mode));
        line("  lost", value("spool_lost_count"));
        line(
                "history",
                value("history_outstanding")
                        .filter(count -> !count.equals("0"))
                        .map(count -> count + " readings to be fetched"));
        return String.join(System.lineSeparator(), lines);
    }

    private Optional<String> link() {
        String attempt = value("attempt").orElse("?");
        return value("link").map(state -> switch (state) {
            case "connected" ->
                "connected"
                        + value("collector_address")
                                .map(address -> " to " + address)
                                .orElse("") + " since " + time("link_since").orElse("?") + ", at attempt " + attempt;
            case "connecting" -> "connecting, attempt " + attempt;
            case "waiting" ->
                "waiting " + value("next_attempt_in_s").orElse("?") + " s, then attempt " + nextAttempt(attempt);
            case "staying_away" -> "staying away because sampling hangs";
            default -> state;
        });
    }

    private static String nextAttempt(String attempt) {
        return attempt.matches("\\d{1,9}") ? Integer.toString(Integer.parseInt(attempt) + 1) : "?";
    }

    private String fill() {
        return value("spool_used_percent")
                        .map(percent -> ", " + percent + " % full")
                        .orElse("")
                + value("spool_bytes").map(bytes -> ", " + size(bytes)).orElse("");
    }

    private static String size(String bytes) {
        if (!bytes.matches("\\d{4,18}")) {
            return bytes + " bytes";
        }
        double kib = Long.parseLong(bytes) / 1024.0;
        return kib < 1024
                ? String.format(Locale.ROOT, "%.1f KiB", kib)
                : String.format(Locale.ROOT, "%.1f MiB", kib / 1024);
    }

    private String mode(String mode) {
        String where = mode.equals("disk") ? "on disk" : mode.equals("memory") ? "in memory" : mode;
        return where + value("spool_mode_why").map(why -> ": " + why).orElse("");
    }

    private String at(String name) {
        return time(name).map(time -> " at " + time).orElse("");
    }

    /** With how long ago it was, by the probe's own clock at the moment of its answer. */
    private Optional<String> time(String name) {
        return value(name)
                .map(then -> instant(then)
                        .flatMap(at -> value("time")
                                .flatMap(StatusText::instant)
                                .map(now -> shown(at, Duration.between(at, now))))
                        .orElse(then));
    }

    /** With an age that does not depend on a clock. */
    private Optional<String> lastReading() {
        return value("last_reading_at")
                .map(at -> instant(at)
                        .map(then -> shown(then, Duration.ofSeconds((long)
                                Double.parseDouble(value("last_reading_age_s").orElse("0")))))
                        .orElse(at));
    }

    private static String shown(Instant then, Duration age) {
        return then.truncatedTo(ChronoUnit.SECONDS) + " (" + roughly(age) + ")";
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String roughly(Duration age) {
        long seconds = age.toSeconds();
        if (seconds < 0) {
            return "in the future: the clock was set back";
        }
        if (seconds < 1) {
            return "just now";
        }
        return (seconds < 120
                        ? seconds + "s"
                        : seconds < 7200
                                ? seconds / 60 + "m"
                                : seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d")
                + " ago";
    }

    private Optional<String> value(String name) {
        return status.text(name);
    }

    private void line(String label, Optional<String> value) {
        value.ifPresent(
                text -> lines.add(String.format(Locale.ROOT, "%-" + LABEL + "s%s", label, Texts.printable(text))));
    }

    private static boolean is(FlatJson status, String name, String value) {
        return status.text(name).filter(value::equals).isPresent();
    }
}
