package io.emberwatch.collector.faults;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What can go wrong. Times are in milliseconds. */
enum FaultKind {
    KILL_PROBE(Place.PROBE, 12, 0, 4_000, "kill -9 of the probe"),
    /** What a power failure may do to the newest segment; the kernel wrote part of it. */
    TEAR_SPOOL(Place.PROBE, 3, 0, 3_000, "kill -9 of the probe, and the end of its spool torn off"),
    KILL_COLLECTOR(Place.COLLECTOR, 4, 0, 4_000, "kill -9 of the collector"),
    KILL_DATABASE(Place.DATABASE, 2, 0, 3_000, "kill -9 of the database"),

    STOP_PROBE(Place.PROBE, 4, 3_000, 6_000, "SIGTERM to the probe"),
    FILL_DISK(Place.PROBE, 4, 4_000, 15_000, "the disk of the probe's spool is full"),
    STOP_COLLECTOR(Place.COLLECTOR, 2, 2_000, 5_000, "SIGTERM to the collector"),
    RESTART_DATABASE(Place.DATABASE, 1, 0, 2_000, "the database is stopped"),
    PROBE_RESET(Place.PROBE_LINK, 3, 0, 0, "probe's link: reset"),
    PROBE_FINISH(Place.PROBE_LINK, 2, 0, 0, "probe's link: ended"),
    PROBE_HALVE_UP(Place.PROBE_LINK, 3, 3_000, 6_000, "probe's link: the next chunk up is halved"),
    PROBE_HALVE_DOWN(Place.PROBE_LINK, 2, 3_000, 6_000, "probe's link: the next chunk down is halved"),
    PROBE_HALF_CLOSE(Place.PROBE_LINK, 2, 3_000, 6_000, "probe's link: half closed"),
    PROBE_STALL_UP(Place.PROBE_LINK, 2, 1_000, 8_000, "probe's link: nothing goes up"),
    PROBE_STALL_DOWN(Place.PROBE_LINK, 3, 1_000, 8_000, "probe's link: nothing comes down"),
    PROBE_DELAY(Place.PROBE_LINK, 2, 3_000, 8_000, "probe's link: each chunk is late"),
    PROBE_REORDER(Place.PROBE_LINK, 5, 5_000, 9_000, "probe's link: an old connection speaks after a newer one"),
    PROBE_REFUSE(Place.PROBE_LINK, 2, 1_000, 6_000, "probe's link: cut and refused"),
    DATABASE_RESET(Place.DATABASE_LINK, 2, 0, 0, "database's link: reset"),
    DATABASE_HALVE(Place.DATABASE_LINK, 2, 2_000, 3_000, "database's link: the next chunk is halved"),
    DATABASE_STALL(Place.DATABASE_LINK, 1, 1_000, 5_000, "database's link: no answers"),
    DATABASE_REFUSE(Place.DATABASE_LINK, 1, 1_000, 5_000, "database's link: cut and refused"),
    BEFORE_COMMIT(Place.DATABASE_LINK, 3, 2_000, 3_000, "database's link: reset before the next COMMIT"),
    AFTER_COMMIT(
            Place.DATABASE_LINK, 6, 2_000, 3_000, "database's link: cut after the next COMMIT, its outcome unknown"),
    MAIL_RESET(Place.MAIL_LINK, 2, 0, 0, "mail server's link: reset"),
    MAIL_HALVE(Place.MAIL_LINK, 2, 3_000, 6_000, "mail server's link: the next chunk is halved"),
    MAIL_STALL(Place.MAIL_LINK, 1, 1_000, 6_000, "mail server's link: no answers"),
    MAIL_UNANSWERED(Place.MAIL_LINK, 3, 3_000, 6_000, "mail server's link: cut after the next mail"),
    MAIL_STOPPED(Place.MAIL, 2, 3_000, 12_000, "the mail server is stopped"),
    MAIL_BUSY(Place.MAIL, 2, 3_000, 12_000, "the mail server answers 451"),
    MAIL_HANGS_UP(Place.MAIL, 3, 2_000, 5_000, "the mail server takes mails and hangs up");

    private static final Set<FaultKind> KILLS = EnumSet.of(KILL_PROBE, TEAR_SPOOL, KILL_COLLECTOR, KILL_DATABASE);

    /** Where something goes wrong; two faults in one place do not overlap. */
    enum Place {
        PROBE(8_000, true),
        PROBE_LINK(2_000, true),
        COLLECTOR(7_000, false),
        DATABASE(8_000, false),
        DATABASE_LINK(1_000, false),
        MAIL(1_000, false),
        MAIL_LINK(1_000, false);

        private final int restMillis;
        private final boolean perProbe;

        Place(int restMillis, boolean perProbe) {
            this.restMillis = restMillis;
            this.perProbe = perProbe;
        }

        /** How long it is left in peace after a fault: some of its work must be done between two. */
        int restMillis() {
            return restMillis;
        }

        boolean isPerProbe() {
            return perProbe;
        }
    }

    private final Place place;
    private final int weight;
    private final int shortestMillis;
    private final int longestMillis;
    private final String words;

    FaultKind(Place place, int weight, int shortestMillis, int longestMillis, String words) {
        this.place = place;
        this.weight = weight;
        this.shortestMillis = shortestMillis;
        this.longestMillis = longestMillis;
        this.words = words;
    }

    static List<FaultKind> kills() {
        return Stream.of(values()).filter(FaultKind::isKill).toList();
    }

    static List<FaultKind> others() {
        return Stream.of(values()).filter(kind -> !kind.isKill()).toList();
    }

    /** Whether it ends a process with SIGKILL. */
    boolean isKill() {
        return KILLS.contains(this);
    }

    Place place() {
        return place;
    }

    /** How often it is drawn, beside the others. */
    int weight() {
        return weight;
    }

    int shortestMillis() {
        return shortestMillis;
    }

    int longestMillis() {
        return longestMillis;
    }

    String words() {
        return words;
    }
}
