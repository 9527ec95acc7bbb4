package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.model.Moment;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How alarms are shown. */
final class AlarmTexts {
    private AlarmTexts() {}

    static Map<String, Object> describe(AlarmView alarm) {
        return Json.object(
                "id", alarm.id(),
                "machine", alarm.machine(),
                "gpu", Optional.of(alarm.component()).filter(uuid -> !uuid.isEmpty()),
                "metric", alarm.metric(),
                "severity", alarm.severity(),
                "is_history", alarm.isHistory(),
                "state", alarm.state(),
                "pending_since", alarm.pendingSince(),
                "limit", optional(alarm.limit()),
                "raised_at", alarm.raised().map(Moment::at),
                "raised_value", value(alarm.raised()),
                "cleared_at", alarm.cleared().map(Moment::at),
                "cleared_value", value(alarm.cleared()),
                "mailed_at", alarm.mailedAt(),
                "acknowledged_at", alarm.acknowledgement().map(AlarmView.Acknowledgement::at),
                "acknowledged_by", alarm.acknowledgement().map(AlarmView.Acknowledgement::by));
    }

    static Map<String, Object> describe(AlarmView.History history) {
        Map<String, Object> object = describe(history.alarm());
        object.put(
                "events",
                history.events().stream()
                        .map(event -> Json.object(
                                "kind", event.kind(),
                                "at", event.moment().at(),
                                "value", optional(event.moment().value()),
                                "note", event.note()))
                        .toList());
        object.put(
                "mails",
                history.mails().stream()
                        .map(mail -> Json.object(
                                "kind", mail.kind(),
                                "recipient", mail.recipient(),
                                "state", mail.state(),
                                "sent_at", mail.sentAt(),
                                "last_error", mail.lastError()))
                        .toList());
        return object;
    }

    /** A value with the unit of its metric, as far as that is known; a code in words. */
    static String value(String metric, OptionalDouble value) {
        return value.isEmpty()
                ? ""
                : Metric.byColumn(metric)
                        .flatMap(known -> MetricCodes.words(known, value.getAsDouble()))
                        .orElseGet(() -> number(metric, value));
    }

    /** Of a code, the usual limit is from which on it says anything at all. */
    static String limit(AlarmView alarm) {
        OptionalDouble limit = alarm.limit();
        if (limit.isEmpty()) {
            return "";
        }
        boolean isCode =
                Metric.byColumn(alarm.metric()).filter(MetricCodes::isCode).isPresent();
        return isCode && limit.getAsDouble() <= 1 ? "any" : number(alarm.metric(), limit);
    }

    private static String number(String metric, OptionalDouble value) {
        BigDecimal number = BigDecimal.valueOf(value.getAsDouble()).stripTrailingZeros();
        String plain = (number.scale() < 0 ? number.setScale(0) : number).toPlainString();
        return Metric.byColumn(metric)
                .map(known -> (plain + " " + known.unit()).stripTrailing())
                .orElse(plain);
    }

    /** Since when it is so, and not since when there is an alarm: as mails say it. */
    static String since(AlarmView alarm, Instant now) {
        return MachineTexts.ago(alarm.pendingSince(), now);
    }

    private static Optional<Double> value(Optional<Moment> moment) {
        return moment.flatMap(found -> optional(found.value()));
    }

    private static Optional<Double> optional(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }
}
