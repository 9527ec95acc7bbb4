package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    @Test
    void a_seed_gives_the_same_plan_each_time_and_another_seed_another() {
        assertThat(plan(7)).isEqualTo(plan(7)).isNotEqualTo(plan(8));
    }

    @Test
    void it_has_as_many_kills_as_asked_for_and_every_kind_of_fault() {
        List<PlannedFault> plan = plan(7);

        assertThat(plan.stream().filter(fault -> fault.kind().isKill())).hasSize(200);
        assertThat(plan.stream().map(PlannedFault::kind)).contains(FaultKind.values());
        assertThat(plan).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    }

    @Test
    void a_short_one_begins_with_one_kill_of_each_kind() {
        List<PlannedFault> plan =
                FaultPlan.of(7, Duration.ofSeconds(15), 3, FaultKind.kills().size(), 0);

        assertThat(plan.stream().map(PlannedFault::kind)).containsExactlyInAnyOrderElementsOf(FaultKind.kills());
    }

    @Test
    void faults_of_one_place_do_not_overlap() {
        Map<String, Duration> freeAt = new HashMap<>();
        for (PlannedFault fault : plan(7)) {
            String where = fault.kind().place() + " " + fault.probe();
            assertThat(fault.at()).isGreaterThanOrEqualTo(freeAt.getOrDefault(where, Duration.ZERO));
            freeAt.put(where, fault.mendedAt());
        }
    }

    @Test
    void nearly_all_of_it_happens_within_the_time_given() {
        assertThat(plan(7).stream().filter(fault -> fault.at().compareTo(HALF_AN_HOUR) > 0))
                .hasSizeLessThan(5);
    }

    private static List<PlannedFault> plan(long seed) {
        return FaultPlan.of(seed, HALF_AN_HOUR, 20, 200, 200);
    }
}
