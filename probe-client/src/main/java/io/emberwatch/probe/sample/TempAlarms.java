package io.emberwatch.probe.sample;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The sensors that signal an alarm, over all parts. Not thread-safe. */
final class TempAlarms {
    private final Map<Part, OptionalInt> counts = new EnumMap<>(Part.class);

    /** @param alarming how many of the part's sensors signal one; empty if none has a flag */
    void put(Part part, OptionalInt alarming) {
        counts.put(part, alarming);
    }

    /**
     * The sum of what has been put since the last call.
     *
     * @return empty if a part has not answered, for alarms of its own would be missing, and where no sensor has a flag
     */
    OptionalDouble take() {
        boolean isWhole = counts.size() == Part.values().length;
        boolean isAnyFlagged = counts.values().stream().anyMatch(OptionalInt::isPresent);
        int sum = counts.values().stream().flatMapToInt(OptionalInt::stream).sum();
        counts.clear();
        return isWhole && isAnyFlagged ? OptionalDouble.of(sum) : OptionalDouble.empty();
    }
}
