package io.emberwatch.collector.faults;

import java.time.Instant;
import java.util.List;

/** Which faults may make a mail come twice. */
final class Excuses {
    private Excuses() {}

    /**
     * @param begunAt before it was done
     * @param mendedAt a moment ago
     */
    static List<Excuse> of(PlannedFault fault, Instant begunAt, Instant mendedAt) {
        Instant from = begunAt.minusSeconds(1);
        return switch (fault.kind().place()) {
            case COLLECTOR -> List.of(excuse(Excuse.Kind.COLLECTOR_DEATH, fault, from, mendedAt));
            case DATABASE, DATABASE_LINK -> List.of(excuse(Excuse.Kind.DATABASE_AWAY, fault, from, mendedAt));
            case MAIL, MAIL_LINK ->
                fault.kind() == FaultKind.MAIL_BUSY
                        ? List.of()
                        : List.of(excuse(Excuse.Kind.MAIL_LINK, fault, from, mendedAt));
            case PROBE, PROBE_LINK -> List.of();
        };
    }

    private static Excuse excuse(Excuse.Kind kind, PlannedFault fault, Instant from, Instant to) {
        return new Excuse(kind, fault.toString(), from, to);
    }
}
