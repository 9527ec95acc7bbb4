package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.model.AlarmView;
import io.emberwatch.collector.model.AlarmView.Moment;
import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricCodes;
import io.emberwatch.protocol.Texts;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How alarms are shown. */
final class AlarmColumns {
    /** The columns of a list of alarms, in their order. */
    static final String[] LIST = {
        "ALARM", "SEVERITY", "STATE", "MACHINE", "METRIC", "VALUE", "LIMIT", "SINCE", "TAKEN ON BY"
    };

    private static final Columns<AlarmView.History.Mail> MAILS = Columns.of(AlarmView.History.Mail.class)
            .with("MAIL", "kind", AlarmView.History.Mail::kind)
            .with("TO", "recipient", AlarmView.History.Mail::recipient)
            .with("STATE", "state", AlarmView.History.Mail::state)
            .with("SENT", "sent_at", AlarmView.History.Mail::sentAt)
            .with("ERROR", "last_error", AlarmView.History.Mail::lastError);

    private AlarmColumns() {}

    /** Since when it is so, and not since when there is an alarm: as mails say it. */
    static Columns<AlarmView> of(Instant now) {
        return Columns.of(AlarmView.class)
                .with("ALARM", "id", AlarmView::id)
                .with("MACHINE", AlarmColumns::place, "machine", AlarmView::machine)
                .forScripts("gpu", alarm -> Optional.of(alarm.component()).filter(uuid -> !uuid.isEmpty()))
                .with("METRIC", "metric", AlarmView::metric)
                .with("SEVERITY", "severity", AlarmView::severity)
                .forScripts("is_history", AlarmView::isHistory)
                .with("STATE", "state", AlarmView::state)
                .with("SINCE", "pending_since", AlarmView::pendingSince, since -> Format.ago(since, now))
                .with("LIMIT", AlarmColumns::limit, "limit", AlarmView::limit)
                .forScripts("raised_at", alarm -> alarm.raised().map(Moment::at))
                .with(
                        "VALUE",
                        alarm -> alarm.raised().map(raised -> value(alarm.metric(), raised.value())),
                        "raised_value",
                        alarm -> alarm.raised().map(Moment::value))
                .forScripts("cleared_at", alarm -> alarm.cleared().map(Moment::at))
                .forScripts("cleared_value", alarm -> alarm.cleared().map(Moment::value))
                .forScripts("returned_count", AlarmView::returnedCount)
                .forScripts("returned_at", AlarmView::returnedAt)
                .forScripts("mailed_at", AlarmView::mailedAt)
                .forScripts("acknowledged_at", alarm -> alarm.acknowledgement().map(AlarmView.Acknowledgement::at))
                .with(
                        "TAKEN ON BY",
                        "acknowledged_by",
                        alarm -> alarm.acknowledgement().map(AlarmView.Acknowledgement::by));
    }

    /** An alarm with what happened to it, for scripts. */
    static Map<String, Object> object(AlarmView.History history, Instant now) {
        Map<String, Object> object = of(now).object(history.alarm());
        object.put("events", events(history).objects(history.events()));
        object.put("mails", MAILS.objects(history.mails()));
        return object;
    }

    /** An alarm with what happened to it, for people. */
    static String text(AlarmView.History history) {
        AlarmView alarm = history.alarm();
        String limit = alarm.limit().isPresent() ? ", limit " + limit(alarm) : "";
        return "alarm " + alarm.id() + ": " + alarm.severity() + " " + alarm.metric() + " on "
                + Texts.printable(place(alarm)) + limit + ", " + alarm.state()
                + (alarm.isHistory() ? ", judged afterwards" : "") + "\n" + returned(alarm) + "\n"
                + events(history).table(history.events(), "WHEN", "WHAT", "VALUE", "NOTE")
                + (history.mails().isEmpty() ? "" : "\n" + MAILS.table(history.mails()));
    }

    private static String returned(AlarmView alarm) {
        String times = alarm.returnedCount() == 1 ? "once" : alarm.returnedCount() + " times";
        return alarm.returnedAt()
                .map(last -> "cleared and raised again " + times
                        + " since then, too soon each time to be over; last at " + last + "\n")
                .orElse("");
    }

    private static Columns<AlarmView.History.Event> events(AlarmView.History history) {
        String metric = history.alarm().metric();
        return Columns.of(AlarmView.History.Event.class)
                .with("WHAT", "kind", AlarmView.History.Event::kind)
                .with("WHEN", "at", event -> event.moment().at())
                .with("VALUE", "value", event -> event.moment().value(), value -> value(metric, value))
                .with("NOTE", "note", AlarmView.History.Event::note);
    }

    private static String place(AlarmView alarm) {
        return (alarm.machine() + " " + alarm.component()).strip();
    }

    /** A value with the unit of its metric, as far as that is known; a code in words. */
    private static String value(String metric, OptionalDouble value) {
        return value.isEmpty()
                ? ""
                : Metric.byColumn(metric)
                        .flatMap(known -> MetricCodes.words(known, value.getAsDouble()))
                        .orElseGet(() -> number(metric, value.getAsDouble()));
    }

    /** Of a code, the usual limit is from which on it says anything at all. */
    private static String limit(AlarmView alarm) {
        if (alarm.limit().isEmpty()) {
            return "";
        }
        double limit = alarm.limit().getAsDouble();
        boolean isCode =
                Metric.byColumn(alarm.metric()).filter(MetricCodes::isCode).isPresent();
        return isCode && limit <= 1 ? "any" : number(alarm.metric(), limit);
    }

    private static String number(String metric, double value) {
        return Metric.byColumn(metric).map(known -> Format.value(known, value)).orElseGet(() -> Format.number(value));
    }
}
