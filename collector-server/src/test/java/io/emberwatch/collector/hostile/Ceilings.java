package io.emberwatch.collector.hostile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How many rows a run may leave in each table, from what each machine is allowed: whatever its boxes try, a table holds
 * no more.
 */
enum Ceilings {
    // 200 alarms at once and 30 a minute that somebody is notified of; of open ones there may be 2,000.
    ALARM(2_200, 30, 4, 2),
    ALARM_EVENT(600, 90, 12, 6),
    MAIL_OUTBOX(400, 60, 8, 4),
    // Of each kind the machine's latest are kept.
    READING_GAP(1_500, 0, 0, 0),
    READING_REJECTED(1_000, 0, 0, 0),
    GPU(256, 0, 4, 0),
    GPU_XID(2_000, 120, 0, 0),
    // Every other second one look at 100 processes, and one more with each session.
    GPU_PROCESS(1_000, 6_000, 0, 0),
    // Twelve million rows at once, a week of a large machine, and 500 a second; an honest machine: a reading a second.
    READING(12_000_000, 30_000, 120, 60),
    GPU_READING(12_000_000, 30_000, 480, 240),
    READING_AHEAD(12_000_000, 30_000, 0, 0),
    GPU_READING_AHEAD(12_000_000, 30_000, 0, 0),
    MACHINE_INVENTORY(1, 0, 1, 0),
    PROBE_SESSION(1, 0, 1, 0);

    private final int ofBox;
    private final int ofBoxAMinute;
    private final int ofHonest;
    private final int ofHonestAMinute;

    Ceilings(int ofBox, int ofBoxAMinute, int ofHonest, int ofHonestAMinute) {
        this.ofBox = ofBox;
        this.ofBoxAMinute = ofBoxAMinute;
        this.ofHonest = ofHonest;
        this.ofHonestAMinute = ofHonestAMinute;
    }

    /**
     * The tables that hold more than they may.
     *
     * @param minutes that the whole run took
     */
    static List<String> exceeded(Map<String, Long> rows, HostileSettings settings, double minutes) {
        List<String> exceeded = new ArrayList<>();
        for (Ceilings ceiling : values()) {
            String table = ceiling.name().toLowerCase(Locale.ROOT);
            double most = settings.boxes() * (ceiling.ofBox + ceiling.ofBoxAMinute * minutes)
                    + settings.honest() * (ceiling.ofHonest + ceiling.ofHonestAMinute * minutes);
            long found = rows.getOrDefault(table, 0L);
            if (found > most) {
                exceeded.add(String.format(Locale.ROOT, "%s: %,d rows, and at most %,.0f", table, found, most));
            }
        }
        return exceeded;
    }
}
