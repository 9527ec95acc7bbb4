package io.emberwatch.probe.gpu;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What computed on each card when it could last be read. A card that hangs or is lost cannot tell any more, and just then people
 * want to know. Not thread-safe.
 */
final class LastProcesses {
    /** Later on they are hardly the same any more. */
    static final Duration KEPT_FOR = Duration.ofMinutes(10);

    private final Map<String, Known> known = new HashMap<>();

    private record Known(List<GpuProcess> processes, long sinceNanos) {}

    /** A card tells what computes on it. */
    void told(String uuid, List<GpuProcess> processes, long nowNanos) {
        known.put(uuid, new Known(processes, nowNanos));
    }

    /** Of all cards, those included that cannot tell at the moment. */
    List<GpuProcess> all(long nowNanos) {
        known.values().removeIf(card -> nowNanos - card.sinceNanos() > KEPT_FOR.toNanos());
        List<GpuProcess> all = new ArrayList<>();
        known.values().forEach(card -> all.addAll(card.processes()));
        return all;
    }
}
