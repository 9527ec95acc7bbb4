package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.model.EffectiveLimit;
import io.emberwatch.collector.model.EffectiveLimit.Reach;
import io.emberwatch.collector.model.Limit;
import io.emberwatch.collector.model.Margin;
import io.emberwatch.collector.model.StoredLimit.LimitPlace;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfGpu;
import io.emberwatch.collector.model.StoredLimit.LimitPlace.OfMachine;
import io.emberwatch.protocol.conf.Durations;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** How limits are shown. */
final class LimitColumns {
    static final String FLEET = "(fleet)";

    static final Columns<Row> COLUMNS = Columns.of(Row.class)
            .with(
                    "MACHINE",
                    Row::machine,
                    "machine",
                    row -> Optional.of(row.machine()).filter(name -> !name.equals(FLEET)))
            .forScripts("gpu", LimitColumns::gpu)
            .with("METRIC", "metric", row -> row.limit().metric())
            .with("SEVERITY", "severity", row -> row.limit().severity())
            .with(
                    "RAISED AT",
                    row -> row.value(Limit::raiseAt).orElse("off"),
                    "raise_at",
                    row -> row.limit().limit().map(Limit::raiseAt))
            .with(
                    "CLEARED AT",
                    row -> row.value(Limit::clearAt),
                    "clear_at",
                    row -> row.limit().limit().map(Limit::clearAt))
            .with("FOR", "for_s", row -> row.limit().limit().map(Limit::holdFor), time -> time.map(Durations::print))
            .with(
                    "SET FOR",
                    row -> setFor(row),
                    "set_for",
                    row -> kind(row.limit().source()))
            .forScripts("counts_for", row -> row.limit().reach())
            .forScripts("target_temp_c", row -> row.limit().limit().map(Limit::targetTempC));

    private LimitColumns() {}

    /**
     * A limit in a list.
     *
     * @param machine name of the machine that it counts for, or {@link #FLEET}
     * @param machineNames names by {@code machine.id}
     */
    record Row(String machine, EffectiveLimit limit, Map<Integer, String> machineNames) {
        private Optional<String> value(Function<Limit, Double> which) {
            return limit.limit().map(which).map(value -> Format.value(limit.metric(), value));
        }
    }

    /** A row for each limit of a machine, or of the {@link #FLEET}. */
    static List<Row> rows(String machine, Collection<EffectiveLimit> limits, Map<Integer, String> machineNames) {
        return limits.stream()
                .map(limit -> new Row(machine, limit, machineNames))
                .toList();
    }

    /** One limit as a sentence, without its place. */
    static String sentence(EffectiveLimit limit) {
        return limit.limit()
                .map(value -> "raised at " + Format.value(limit.metric(), value.raiseAt())
                        + (value.holdFor().isZero() ? "" : " for " + Durations.print(value.holdFor())) + ", cleared at "
                        + Format.value(limit.metric(), value.clearAt()) + withoutMargin(limit))
                .orElse("switched off");
    }

    private static String setFor(Row row) {
        return place(row.limit().source(), row) + reach(row) + target(row.limit());
    }

    /** Where it does not count for all that it stands for: why. */
    private static String reach(Row row) {
        EffectiveLimit limit = row.limit();
        return limit.replacedBy()
                .map(place -> ", but " + Margin.temperatureOf(limit.metric()).orElseThrow() + " of " + place(place, row)
                        + " counts instead")
                .orElseGet(() -> withoutMargin(limit));
    }

    /** Where it was moved because of a GPU's own target: for which GPU, and why. */
    private static String target(EffectiveLimit limit) {
        return limit.movedFor()
                .map(uuid -> ", for " + uuid + " beyond its own target of "
                        + limit.limit().orElseThrow().targetTempC().orElseThrow() + " °C")
                .orElse("");
    }

    private static String withoutMargin(EffectiveLimit limit) {
        String who = limit.reach() == Reach.CARDS_WITHOUT_MARGIN ? "cards" : "machines";
        return limit.overridingMargin()
                .map(margin -> ", for " + who + " that do not report " + margin)
                .orElse("");
    }

    /** The GPU that it is about, for which it was moved, or whose own limit takes its place. */
    private static Optional<String> gpu(Row row) {
        LimitPlace place = row.limit().replacedBy().orElse(row.limit().source());
        return place instanceof OfGpu gpu
                ? Optional.of(gpu.uuid())
                : row.limit().movedFor();
    }

    private static String place(LimitPlace place, Row row) {
        if (place instanceof OfMachine machine) {
            return name(machine.machineId(), row);
        }
        return place instanceof OfGpu gpu ? name(gpu.machineId(), row) + " " + gpu.uuid() : "the fleet";
    }

    private static String kind(LimitPlace place) {
        return place instanceof OfGpu ? "gpu" : place instanceof OfMachine ? "machine" : "fleet";
    }

    private static String name(int machineId, Row row) {
        return row.machineNames().getOrDefault(machineId, "machine " + machineId);
    }
}
