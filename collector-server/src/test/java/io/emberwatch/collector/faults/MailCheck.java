package io.emberwatch.collector.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether each alarm has the mails that its own history asks for, and the mail server has received each of them and
 * nothing else.
 */
final class MailCheck {
    /**
     * A reading stored so soon after it was taken was live when it was sent (60 s): its alarm is mailed as it is
     * raised.
     */
    private static final Duration SURELY_LIVE = Duration.ofSeconds(55);

    /** Between an answer that was sent and the note of it that was committed, when nothing else is amiss. */
    private static final Duration NOTED_WITHIN = Duration.ofSeconds(5);

    private final List<Excuse> excuses;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, Integer> duplicatesByReason = new TreeMap<>();
    private int expected;

    /**
     * @param deliveries in the order in which the mail server took them
     */
    MailCheck(List<MachineLedger> machines, List<Delivery> deliveries, List<Excuse> excuses) {
        this.excuses = excuses;
        Map<String, List<Delivery>> byId = new LinkedHashMap<>();
        deliveries.forEach(delivery -> byId.computeIfAbsent(delivery.messageId(), id -> new ArrayList<>())
                .add(delivery));
        Set<String> known = new HashSet<>();
        for (MachineLedger machine : machines) {
            for (StoredAlarm alarm : machine.alarms()) {
                String name = machine.machine() + ": alarm " + alarm.id();
                checkOutbox(name, alarm);
                alarm.mails()
                        .forEach(mail -> checkSent(name, mail, known, byId.getOrDefault(mail.messageId(), List.of())));
            }
        }
        byId.keySet().stream()
                .filter(id -> !known.contains(id))
                .forEach(id -> problems.add("the mail server has got a mail that no alarm has: " + id));
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Mails in the outbox. */
    int expected() {
        return expected;
    }

    /** How many mails came once more, by the reason that excuses it. */
    Map<String, Integer> duplicatesByReason() {
        return Map.copyOf(duplicatesByReason);
    }

    private void checkOutbox(String name, StoredAlarm alarm) {
        List<String> kinds = alarm.mails().stream()
                .map(StoredAlarm.Mail::kind)
                .filter(kind -> !kind.equals("repeated"))
                .toList();
        expected += alarm.mails().size();
        if (!permitted(alarm).contains(kinds)) {
            problems.add(name + " should have mails " + permitted(alarm) + ", but in the outbox are " + kinds + ": "
                    + alarm.story() + ", events " + alarm.events());
        }
    }

    /**
     * What may be in the outbox, by what the alarm went through: of more than one possibility the clocks cannot say.
     */
    private static List<List<String>> permitted(StoredAlarm alarm) {
        AlarmStory story = alarm.story();
        if (story.raisedAt().isEmpty()) {
            return List.of(List.of());
        }
        if (story.clearedAt().isEmpty()) {
            return List.of(List.of("raised"));
        }
        List<String> both = List.of("raised", "cleared");
        return wasSurelyLive(alarm) ? List.of(both) : List.of(both, List.of("past"));
    }

    private static boolean wasSurelyLive(StoredAlarm alarm) {
        return alarm.events("raised").stream()
                .allMatch(event ->
                        Duration.between(event.happenedAt(), event.recordedAt()).compareTo(SURELY_LIVE) < 0);
    }

    private void checkSent(String name, StoredAlarm.Mail mail, Set<String> known, List<Delivery> deliveries) {
        String what = name + ": mail '" + mail.kind() + "' " + mail.messageId();
        if (!known.add(mail.messageId())) {
            problems.add(what + " shares its Message-ID with another one");
        }
        if (!mail.state().equals("sent")) {
            problems.add(what + " is " + mail.state());
        }
        if (deliveries.isEmpty()) {
            problems.add(what + " has never reached the mail server");
        }
        for (int i = 1; i < deliveries.size(); i++) {
            Delivery earlier = deliveries.get(i - 1);
            Optional<String> reason = reason(earlier, deliveries.get(i));
            reason.ifPresent(text -> duplicatesByReason.merge(text, 1, Integer::sum));
            if (reason.isEmpty()) {
                problems.add(what + " was taken at " + earlier.at() + " and again at "
                        + deliveries.get(i).at() + ", though the answer was not lost");
            }
        }
    }

    private Optional<String> reason(Delivery earlier, Delivery later) {
        if (!earlier.answered()) {
            return Optional.of("the mail server hung up");
        }
        Instant soonAfter = earlier.at().plus(NOTED_WITHIN);
        if (excused(Excuse.Kind.MAIL_LINK, earlier.at(), soonAfter)) {
            return Optional.of("its answer was lost on the way");
        }
        boolean diedSoonAfter = excused(Excuse.Kind.COLLECTOR_DEATH, earlier.at(), soonAfter);
        boolean couldNotNote = excused(Excuse.Kind.DATABASE_AWAY, earlier.at(), soonAfter)
                && excused(Excuse.Kind.COLLECTOR_DEATH, earlier.at(), later.at());
        return diedSoonAfter || couldNotNote
                ? Optional.of("the collector died before it had noted it")
                : Optional.empty();
    }

    private boolean excused(Excuse.Kind kind, Instant from, Instant to) {
        return excuses.stream().anyMatch(excuse -> excuse.kind() == kind && excuse.overlaps(from, to));
    }
}
