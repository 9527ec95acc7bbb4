package io.emberwatch.collector.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a machine may fill of the database: far more than an honest one ever does, and not more than that. */
class MachineBudgetsTest {
    private static final int MACHINE = 1;
    private static final int ROWS_OF_16_GPUS = 17;

    private final MachineBudgets budgets = new MachineBudgets();
    private long nanos = 1;

    @Test
    void a_weeks_backlog_of_16_gpus_and_their_live_readings_never_wait() {
        for (int batch = 0; batch < 604_800 / 100; batch++) {
            assertThat(budgets.charge(MACHINE, 1 + 100 * ROWS_OF_16_GPUS, 0, nanos))
                    .isEqualTo(MachineBudgets.Wait.NONE);
        }
        for (int second = 0; second < 86_400; second++) {
            nanos += Duration.ofSeconds(1).toNanos();
            assertThat(budgets.charge(MACHINE, 1 + ROWS_OF_16_GPUS, 0, nanos)).isEqualTo(MachineBudgets.Wait.NONE);
        }
    }

    @Test
    void who_fills_more_waits_with_its_history_first() {
        budgets.charge(MACHINE, MachineBudgets.ROWS_AT_ONCE - MachineBudgets.ROWS_FOR_LIVE, 0, nanos);

        assertThat(budgets.charge(MACHINE, 5_000, 0, nanos))
                .isEqualTo(new MachineBudgets.Wait(Duration.ofSeconds(10), true));
        assertThat(budgets.charge(MACHINE, MachineBudgets.ROWS_FOR_LIVE, 0, nanos))
                .isEqualTo(new MachineBudgets.Wait(Duration.ofSeconds(10), false));
        assertThat(budgets.charge(2, 5_000, 0, nanos)).isEqualTo(MachineBudgets.Wait.NONE);
    }

    @Test
    void xid_errors_are_few_in_the_long_run() {
        assertThat(budgets.xids(MACHINE, nanos)).isEqualTo(MachineBudgets.XIDS_AT_ONCE);
        budgets.charge(MACHINE, 1, MachineBudgets.XIDS_AT_ONCE, nanos);
        assertThat(budgets.xids(MACHINE, nanos)).isZero();

        nanos += Duration.ofSeconds(5).toNanos();
        assertThat(budgets.xids(MACHINE, nanos)).isEqualTo(10);
    }
}
