package io.emberwatch.probe.status;

import io.emberwatch.probe.link.Link;
import io.emberwatch.probe.link.LinkStatus;
import io.emberwatch.probe.link.SamplingPulse;
import io.emberwatch.probe.spool.Spool;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Gathers what the daemon says of itself. Units are the last word of a name; times are UTC. Thread-safe. */
public final class ProbeStatus implements Supplier<String> {
    /** So that the document stays far below what a socket takes at once. */
    private static final int LONGEST_TEXT = 1000;

    private final Self self;
    private final Link link;
    private final SamplingPulse pulse;
    private final Supplier<Duration> interval;
    private final Supplier<List<String>> remarks;
    private final Spool spool;
    private final Clock clock;

    /** What does not change while the process lives. */
    public record Self(String machine, String collector, String version, long pid, Instant upSince) {}

    /**
     * @param interval how often it samples now
     * @param remarks on what cannot be measured: not many, each fit to be shown
     */
    public ProbeStatus(
            Self self,
            Link link,
            SamplingPulse pulse,
            Supplier<Duration> interval,
            Supplier<List<String>> remarks,
            Spool spool,
            Clock clock) {
        this.self = self;
        this.link = link;
        this.pulse = pulse;
        this.interval = interval;
        this.remarks = remarks;
        this.spool = spool;
        this.clock = clock;
    }

    @Override
    public String get() {
        LinkStatus now = link.status();
        FlatJson json = new FlatJson()
                .put("time", millis(clock.instant()))
                .put("machine", self.machine())
                .put("collector", self.collector())
                .put("probe_version", self.version())
                .put("pid", self.pid())
                .put("up_since", millis(self.upSince()));
        addLink(json, now);
        addSampling(json);
        addSpool(json, spool.status());
        return json.put("history_outstanding", Math.min(now.historyUpTo(), spool.depth()))
                .toString();
    }

    private static void addLink(FlatJson json, LinkStatus link) {
        json.put("link", link.state().name().toLowerCase(Locale.ROOT))
                .put("link_since", millis(link.since()))
                .put("collector_address", link.address())
                .put("attempt", link.attempt())
                .put("next_attempt_in_s", link.untilNextAttempt().map(ProbeStatus::seconds))
                .put("last_error", link.lastError().map(error -> shortened(error.text())))
                .put("last_error_at", link.lastError().map(error -> millis(error.at())))
                .put("last_ack_at", link.lastAck().map(ack -> millis(ack.at())))
                .put("last_ack_sequence", link.lastAck().map(LinkStatus.Acknowledgement::sequence))
                .put("session_count", link.sessions());
    }

    private void addSampling(FlatJson json) {
        Optional<Duration> age = pulse.sinceLastSample();
        json.put("sampling", pulse.hangs() ? "hangs" : "running")
                .put("sampling_interval_s", seconds(interval.get()))
                .put("last_reading_at", age.map(any -> millis(pulse.lastSampleAt())))
                .put("last_reading_age_s", age.map(ProbeStatus::seconds));
        int number = 0;
        for (String remark : remarks.get()) {
            number++;
            json.put("remark_" + number, shortened(remark));
        }
    }

    private static void addSpool(FlatJson json, Spool.Status spool) {
        json.put("spool_mode", spool.mode().name().toLowerCase(Locale.ROOT))
                .put("spool_mode_why", spool.why().map(ProbeStatus::shortened))
                .put("spool_depth", spool.depth())
                .put("spool_oldest_at", spool.oldestAt().map(ProbeStatus::millis))
                .put("spool_used_percent", rounded(spool.usedPercent(), 1))
                .put("spool_bytes", spool.bytes())
                .put("spool_lost_count", spool.lostCount());
    }

    private static Instant millis(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    private static BigDecimal seconds(Duration time) {
        return rounded(time.toMillis() / 1000.0, 1);
    }

    private static BigDecimal rounded(double value, int decimals) {
        return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
