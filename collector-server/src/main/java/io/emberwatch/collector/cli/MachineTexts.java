package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.model.MachineDetails;
import io.emberwatch.collector.model.MachineState;
import io.emberwatch.protocol.conf.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** How machines are shown. */
final class MachineTexts {
    private MachineTexts() {}

    static Map<String, Object> describe(Machine machine) {
        MachineDetails details = machine.details();
        return Json.object(
                "id", machine.id(),
                "name", details.name(),
                "owner", machine.ownerName(),
                "model", details.model(),
                "location", details.location(),
                "ip", details.ip(),
                "sampling_interval_s", details.samplingInterval(),
                "notes", details.notes(),
                "created_at", machine.createdAt());
    }

    static Map<String, Object> describe(Machine machine, MachineState state) {
        Map<String, Object> object = describe(machine);
        object.put("enrolled_at", state.enrolledAt());
        object.put("link", state.link());
        object.put("last_heard_at", state.lastHeardAt());
        object.put("remote_address", state.remoteAddress());
        object.put("probe_version", state.probeVersion());
        object.put("alarms", state.alarms());
        object.put("history_to_come", state.historyToCome());
        return object;
    }

    /** How long ago something was, roughly. */
    static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.compareTo(Duration.ofSeconds(1)) < 0) {
            return "just now";
        }
        return roughly(age) + " ago";
    }

    /** How long something takes, in the largest unit that says enough. */
    static String roughly(Duration time) {
        ChronoUnit unit = time.toHours() >= 48
                ? ChronoUnit.DAYS
                : time.toMinutes() >= 120
                        ? ChronoUnit.HOURS
                        : time.toSeconds() >= 120 ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
        long count = time.dividedBy(unit.getDuration());
        return Durations.print(unit.getDuration()).replaceAll("\\d", "").transform(suffix -> count + suffix);
    }
}
