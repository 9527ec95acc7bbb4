package io.emberwatch.collector.hostile;

import java.time.Duration;
import java.util.List;

/** How long each of many took, shortest first. Immutable. */
record Figures(List<Duration> sorted) {
    static Figures of(List<Duration> times) {
        return new Figures(times.stream().sorted().toList());
    }

    Duration median() {
        return at(50);
    }

    /** Of 99 in a hundred. */
    Duration usual() {
        return at(99);
    }

    Duration longest() {
        return sorted.isEmpty() ? Duration.ZERO : sorted.get(sorted.size() - 1);
    }

    private Duration at(int percent) {
        return sorted.isEmpty() ? Duration.ZERO : sorted.get(sorted.size() * percent / 100);
    }

    @Override
    public String toString() {
        return sorted.size() + ", median " + median().toMillis() + " ms, 99 % " + usual().toMillis() + " ms, longest "
                + longest().toMillis() + " ms";
    }
}
