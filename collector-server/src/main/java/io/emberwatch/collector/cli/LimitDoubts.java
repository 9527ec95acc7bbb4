package io.emberwatch.collector.cli;

import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.KnownGpu;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.LimitPlace;
import io.emberwatch.collector.model.LimitPlace.OfGpu;
import io.emberwatch.collector.model.Severity;
import io.emberwatch.collector.store.GpuStore;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.conf.Suggestion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What may be meant, but is most often a slip: a limit that looks set and does nothing. */
final class LimitDoubts {
    private LimitDoubts() {}

    /** A card that its machine never told of: it may be on its way, or its UUID is mistyped. */
    static Optional<String> aboutCard(Connection connection, LimitPlace place, String machine) throws SQLException {
        if (!(place instanceof OfGpu card)) {
            return Optional.empty();
        }
        List<String> known = new GpuStore()
                .ofMachine(connection, card.machineId()).stream()
                        .map(KnownGpu::uuid)
                        .toList();
        return known.contains(card.uuid())
                ? Optional.empty()
                : Optional.of(machine + " has told of no card '" + card.uuid() + "' yet; the limit counts once it does"
                        + Suggestion.hint(card.uuid(), known));
    }

    /** @param limits all that count at a place */
    static Optional<String> aboutOrder(Metric metric, List<EffectiveLimit> limits) {
        Optional<Limit> warning = find(metric, Severity.WARNING, limits);
        Optional<Limit> critical = find(metric, Severity.CRITICAL, limits);
        if (warning.isEmpty() || critical.isEmpty()) {
            return Optional.empty();
        }
        boolean isCriticalFirst = metric.direction() == Metric.Direction.HIGH_IS_BAD
                ? critical.get().raiseAt() < warning.get().raiseAt()
                : critical.get().raiseAt() > warning.get().raiseAt();
        return isCriticalFirst
                ? Optional.of("the critical limit is reached before that of the warning: " + metric
                        + " is dangerous when "
                        + (metric.direction() == Metric.Direction.HIGH_IS_BAD ? "high" : "low"))
                : Optional.empty();
    }

    private static Optional<Limit> find(Metric metric, Severity severity, List<EffectiveLimit> limits) {
        return limits.stream()
                .filter(limit -> limit.metric() == metric && limit.severity() == severity)
                .findFirst()
                .flatMap(EffectiveLimit::limit);
    }
}
