package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.EffectiveLimit.Reach;
import io.emberwatch.collector.model.GpuMargin;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.LimitPlace;
import io.emberwatch.collector.model.LimitPlace.OfGpu;
import io.emberwatch.collector.model.LimitPlace.OfMachine;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.conf.Durations;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How limits are shown.
 *
 * @param machineNames names by {@code machine.id}
 */
record LimitTexts(Map<Integer, String> machineNames) {
    static final String FLEET = "(fleet)";

    Table table() {
        return new Table(this);
    }

    /** A table of limits, written machine by machine. */
    static final class Table {
        private final LimitTexts texts;
        private final TextTable table =
                new TextTable("MACHINE", "METRIC", "SEVERITY", "RAISED AT", "CLEARED AT", "FOR", "SET FOR");

        private Table(LimitTexts texts) {
            this.texts = texts;
        }

        Table rows(String machine, Collection<EffectiveLimit> limits) {
            for (EffectiveLimit limit : limits) {
                table.row(
                        machine,
                        limit.metric(),
                        limit.severity(),
                        limit.limit()
                                .map(value -> value(limit.metric(), value.raiseAt()))
                                .orElse("off"),
                        limit.limit()
                                .map(value -> value(limit.metric(), value.clearAt()))
                                .orElse(""),
                        limit.limit()
                                .map(value -> Durations.print(value.holdFor()))
                                .orElse(""),
                        texts.place(limit.source()) + texts.reach(limit) + target(limit));
            }
            return this;
        }

        @Override
        public String toString() {
            return table.toString();
        }
    }

    List<Map<String, Object>> describe(String machine, Collection<EffectiveLimit> limits) {
        return limits.stream().map(limit -> describe(machine, limit)).toList();
    }

    Map<String, Object> describe(String machine, EffectiveLimit limit) {
        return Json.object(
                "machine", machine.equals(FLEET) ? null : machine,
                "gpu", gpu(limit),
                "metric", limit.metric(),
                "severity", limit.severity(),
                "raise_at", limit.limit().map(Limit::raiseAt),
                "clear_at", limit.limit().map(Limit::clearAt),
                "for_s", limit.limit().map(Limit::holdFor),
                "set_for",
                        limit.source() instanceof OfGpu
                                ? "gpu"
                                : limit.source() instanceof OfMachine ? "machine" : "fleet",
                "counts_for", limit.reach(),
                "target_temp_c",
                        limit.limit()
                                .map(Limit::targetTempC)
                                .filter(OptionalInt::isPresent)
                                .map(OptionalInt::getAsInt));
    }

    /** One limit as a sentence, without its place. */
    static String sentence(EffectiveLimit limit) {
        return limit.limit()
                .map(value -> "raised at " + value(limit.metric(), value.raiseAt())
                        + (value.holdFor().isZero() ? "" : " for " + Durations.print(value.holdFor())) + ", cleared at "
                        + value(limit.metric(), value.clearAt()) + withoutMargin(limit))
                .orElse("switched off");
    }

    /** Where it does not count for all that it stands for: why. */
    private String reach(EffectiveLimit limit) {
        return limit.replacedBy()
                .map(place -> ", but " + GpuMargin.temperatureOf(limit.metric()).orElseThrow() + " of " + place(place)
                        + " counts instead")
                .orElseGet(() -> withoutMargin(limit));
    }

    /** Where it was moved because of a card's own target: for which card, and why. */
    private static String target(EffectiveLimit limit) {
        return limit.movedFor()
                .map(uuid -> ", for " + uuid + " beyond its own target of "
                        + limit.limit().orElseThrow().targetTempC().orElseThrow() + " °C")
                .orElse("");
    }

    private static String withoutMargin(EffectiveLimit limit) {
        return limit.reach() == Reach.CARDS_WITHOUT_MARGIN
                ? ", for cards that do not tell " + GpuMargin.of(limit.metric()).orElseThrow()
                : "";
    }

    /** The card that it is about, for which it was moved, or whose own limit takes its place. */
    private static String gpu(EffectiveLimit limit) {
        LimitPlace place = limit.replacedBy().orElse(limit.source());
        return place instanceof OfGpu gpu ? gpu.uuid() : limit.movedFor().orElse(null);
    }

    String place(LimitPlace place) {
        if (place instanceof OfMachine machine) {
            return name(machine.machineId());
        }
        return place instanceof OfGpu gpu ? name(gpu.machineId()) + " " + gpu.uuid() : "the fleet";
    }

    private String name(int machineId) {
        return machineNames.getOrDefault(machineId, "machine " + machineId);
    }

    private static String value(Metric metric, double value) {
        BigDecimal number = BigDecimal.valueOf(value).stripTrailingZeros();
        String plain = (number.scale() < 0 ? number.setScale(0) : number).toPlainString();
        return metric.unit().isEmpty() ? plain : plain + " " + metric.unit();
    }
}
