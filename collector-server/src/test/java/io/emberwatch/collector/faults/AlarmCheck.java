package io.emberwatch.collector.faults;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a machine's alarms are those that its stored readings call for, each once, with their events. */
final class AlarmCheck {
    private final String machine;
    private final List<AlarmStory> expected;
    private final List<String> problems = new ArrayList<>();

    AlarmCheck(MachineLedger ledger, List<WatchedLimit> limits) {
        machine = ledger.machine();
        expected = ReferenceEvaluation.alarmsOf(ledger.stored(), limits);
        List<AlarmStory> missing = new ArrayList<>(expected);
        for (StoredAlarm alarm : ledger.alarms()) {
            if (!missing.remove(alarm.story())) {
                problem("alarm " + alarm.id() + " is stored, but the readings do not call for it, or not again: "
                        + alarm.story());
            }
            checkState(alarm);
            checkEvent(alarm, "raised", alarm.story().raisedAt(), alarm.story().raisedValue());
            checkEvent(
                    alarm, "cleared", alarm.story().clearedAt(), alarm.story().clearedValue());
        }
        missing.forEach(story -> problem("the readings call for an alarm that is not stored: " + story));
    }

    /** Each with the machine's name; empty if all is well. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    int expected() {
        return expected.size();
    }

    private void checkState(StoredAlarm alarm) {
        AlarmStory story = alarm.story();
        String state = story.clearedAt().isPresent() ? "cleared" : story.isFiring() ? "firing" : "pending";
        if (!state.equals(alarm.state())) {
            problem("alarm " + alarm.id() + " is " + alarm.state() + ", but its times say " + state);
        }
    }

    private void checkEvent(StoredAlarm alarm, String kind, Optional<Instant> at, Optional<BigDecimal> value) {
        List<StoredAlarm.Event> events = alarm.events(kind);
        if (events.size() != (at.isPresent() ? 1 : 0)) {
            problem("alarm " + alarm.id() + " has " + events.size() + " events of kind " + kind);
        } else if (at.isPresent()
                && !(events.get(0).happenedAt().equals(at.get())
                        && events.get(0).value().equals(value))) {
            problem("alarm " + alarm.id() + " and its event of kind " + kind + " differ: " + events.get(0));
        }
    }

    private void problem(String what) {
        problems.add(machine + ": " + what);
    }
}
