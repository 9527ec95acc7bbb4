package io.emberwatch.probe.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class TempAlarmsTest {
    private final TempAlarms alarms = new TempAlarms();

    @Test
    void alarms_of_all_parts_are_added_up() {
        putAll(OptionalInt.of(0));
        alarms.put(Part.NVME, OptionalInt.of(2));
        alarms.put(Part.MEMORY, OptionalInt.of(1));

        assertThat(alarms.take()).hasValue(3);
    }

    @Test
    void part_that_has_not_answered_leaves_the_sum_unknown() {
        putAll(OptionalInt.of(1));
        assertThat(alarms.take()).hasValue(4);
        alarms.put(Part.CPU, OptionalInt.of(1));
        alarms.put(Part.DISK, OptionalInt.of(1));
        alarms.put(Part.MEMORY, OptionalInt.of(1));

        assertThat(alarms.take()).isEmpty();
    }

    @Test
    void machine_without_a_flag_has_no_count() {
        putAll(OptionalInt.empty());

        assertThat(alarms.take()).isEmpty();
    }

    private void putAll(OptionalInt alarming) {
        for (Part part : Part.values()) {
            alarms.put(part, alarming);
        }
    }
}
