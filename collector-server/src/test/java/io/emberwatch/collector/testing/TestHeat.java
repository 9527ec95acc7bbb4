package io.emberwatch.collector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.protocol.Metric;
import io.emberwatch.protocol.MetricValues;
import io.emberwatch.protocol.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * Machines that get hot and cool down again as their readings are counted: hot in the second half of every {@value
 * #CYCLE} readings. So it is known how many alarms each must have raised.
 */
public final class TestHeat {
    private static final int CYCLE = 200;
    private static final double HOT_C = 96;
    private static final double COOL_C = 45;

    private TestHeat() {}

    /** What the reading with this sequence measures. */
    public static MetricValues values(long sequence) {
        return MetricValues.builder(Scope.MACHINE)
                .set(Metric.CPU_TEMP_C, isHot(sequence) ? HOT_C : COOL_C)
                .build();
    }

    /** Makes every crossing of a temperature limit an alarm at once; needs a collector that starts afterwards. */
    public static void limitWithoutDelay(TestDatabase database) {
        database.execute("UPDATE fleet_limit SET for_s = 0 WHERE metric = 'cpu_temp_c'");
    }

    /**
     * The ledger: every reading once, every alarm raised and cleared once, every mail once in the outbox.
     *
     * @param takenByEach last sequence that each machine took
     */
    public static void assertEverythingOnce(
            TestDatabase database, List<TestFleet.Member> machines, List<Long> takenByEach) {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < machines.size(); i++) {
            long taken = takenByEach.get(i);
            long raised = raisedWithin(taken);
            long cleared = isHot(taken) ? raised - 1 : raised;
            expected.add(machines.get(i).name() + ": " + taken + " readings 1 to " + taken + ", " + raised + " raised, "
                    + cleared + " cleared, " + (raised + cleared) + " mails");
        }
        assertThat(database.query("SELECT CONCAT(m.name, ': ', COUNT(*), ' readings ', MIN(r.sequence), ' to ',"
                        + " MAX(r.sequence), ', ', " + events("raised") + ", ' raised, ', " + events("cleared")
                        + ", ' cleared, ', (SELECT COUNT(*) FROM mail_outbox o JOIN alarm a ON a.id = o.alarm_id"
                        + " WHERE a.machine_id = m.id), ' mails')"
                        + " FROM machine m JOIN reading r ON r.machine_id = m.id"
                        + " GROUP BY m.id, m.name ORDER BY m.id"))
                .containsExactlyElementsOf(expected);
        assertThat(database.query("SELECT COUNT(*) FROM reading_rejected")).containsExactly("0");
    }

    private static String events(String kind) {
        return "(SELECT COUNT(*) FROM alarm_event e JOIN alarm a ON a.id = e.alarm_id WHERE a.machine_id = m.id"
                + " AND a.metric = 'cpu_temp_c' AND a.severity = 'critical' AND e.kind = '" + kind + "')";
    }

    private static boolean isHot(long sequence) {
        return Math.floorMod(sequence, CYCLE) >= CYCLE / 2;
    }

    private static long raisedWithin(long lastSequence) {
        return (lastSequence + CYCLE / 2) / CYCLE;
    }
}
