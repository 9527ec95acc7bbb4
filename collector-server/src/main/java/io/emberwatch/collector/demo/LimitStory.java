package io.emberwatch.collector.demo;

import io.emberwatch.collector.store.Database;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes an alarm and ends it, once: lowers a limit of this machine, and raises it again after the mail has come. For
 * one thread.
 */
final class LimitStory {
    /** So that the person has seen what is usual. */
    private static final long READINGS_BEFORE = 2;

    private final Database database;
    private final DemoMachine machine;
    private final Timetable timetable;
    private final Narrator narrator;
    private Optional<LimitPlan> plan = Optional.empty();
    private boolean over;

    LimitStory(Database database, DemoMachine machine, Timetable timetable, Narrator narrator) {
        this.database = database;
        this.machine = machine;
        this.timetable = timetable;
        this.narrator = narrator;
    }

    /** Does what is due. */
    void step(Duration elapsed, Follower.ShownReading latest, Tally tally) throws SQLException {
        if (over) {
            return;
        }
        if (plan.isEmpty()) {
            if (tally.readings() >= READINGS_BEFORE && elapsed.compareTo(timetable.lower()) >= 0) {
                lower(latest);
            }
        } else if (tally.alarmMails() > 0 && elapsed.compareTo(timetable.raise()) >= 0) {
            raise(plan.get(), latest);
        }
    }

    private void lower(Follower.ShownReading latest) throws SQLException {
        plan = LimitPlan.of(latest);
        if (plan.isEmpty()) {
            narrator.step("This machine measures nothing that an alarm could be made of.");
            over = true;
            return;
        }
        LimitPlan chosen = plan.get();
        set(chosen, chosen.lowered());
        narrator.step("Nothing is wrong here, so the demo lowers this machine's critical limit on " + chosen.metric()
                + " to " + chosen.lowered().toPlainString() + ", below the " + measured(chosen, latest)
                + " that it measures: an alarm and its mail follow.");
    }

    private void raise(LimitPlan chosen, Follower.ShownReading latest) throws SQLException {
        BigDecimal limit = chosen.above(latest.value(chosen.metric()).orElse(BigDecimal.ZERO));
        set(chosen, limit);
        narrator.step("The limit goes up again, to " + limit.toPlainString() + ", above the " + measured(chosen, latest)
                + " that it measures: the alarm is cleared, and a mail says so.");
        over = true;
    }

    private void set(LimitPlan chosen, BigDecimal limit) throws SQLException {
        database.transact(connection -> {
            machine.limit(connection, chosen.metric(), limit);
            return limit;
        });
    }

    private static String measured(LimitPlan chosen, Follower.ShownReading latest) {
        return latest.value(chosen.metric()).map(BigDecimal::toPlainString).orElse("value");
    }
}
