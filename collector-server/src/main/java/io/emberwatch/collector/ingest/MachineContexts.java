package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.HistoryAlarms;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.AlarmStore.OpenAlarms;
import io.emberwatch.collector.store.InventoryStore;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What one writer knows of its machines besides their sessions: remembered from its last transaction, or read. Not
 * thread-safe.
 */
final class MachineContexts {
    private final AlarmStore alarms;
    private final InventoryStore inventories = new InventoryStore();
    private final Map<Integer, MachineContext> known = new HashMap<>();

    MachineContexts(AlarmStore alarms) {
        this.alarms = alarms;
    }

    /** Once a transaction is committed. */
    void remember(int machineId, MachineContext committed) {
        known.put(machineId, committed);
    }

    /**
     * After a failure it is not known what took effect; after the end of a session nothing more comes. What is left of
     * the budget of alarms is remembered all the same: a machine gets no other by connecting again.
     */
    void forget(Collection<Integer> machineIds) {
        machineIds.forEach(id -> known.computeIfPresent(id, (same, context) -> context.withBudgetsAlone()));
    }

    /**
     * The context of each of these machines; what was remembered of an older session is not used.
     *
     * @param sessions locked
     */
    Map<Integer, MachineContext> of(Connection connection, Map<Integer, ProbeSessionRow> sessions) throws SQLException {
        Map<Integer, MachineContext> contexts = new HashMap<>();
        Set<Integer> missing = new TreeSet<>();
        sessions.forEach((machineId, row) -> {
            MachineContext context = known.get(machineId);
            if (context != null && context.epoch() == row.epoch()) {
                contexts.put(machineId, context);
            } else {
                missing.add(machineId);
            }
        });
        if (!missing.isEmpty()) {
            Map<Integer, OpenAlarms> open = alarms.loadOpen(connection, missing);
            Map<Integer, MachineGpus> gpus = inventories.gpus(connection, missing);
            for (int machineId : missing) {
                ProbeSessionRow row = sessions.get(machineId);
                MachineContext before = known.getOrDefault(machineId, MachineContext.NOTHING);
                contexts.put(
                        machineId,
                        new MachineContext(
                                row.epoch(),
                                MachineAlarms.of(open.get(machineId).live()).withBudgetOf(before.alarms()),
                                new HistoryAlarms(
                                        MachineAlarms.of(open.get(machineId).history())
                                                .withBudgetOf(before.history().open()),
                                        spanned(connection, row)),
                                gpus.getOrDefault(machineId, MachineGpus.NONE)));
            }
        }
        return contexts;
    }

    private Set<AlarmKey> spanned(Connection connection, ProbeSessionRow row) throws SQLException {
        return row.acknowledged().lacksHistory()
                ? alarms.spanning(connection, row.machineId(), row.history().epoch())
                : Set.of();
    }

    /**
     * What a writer remembers of a machine between transactions. Valid for one session epoch.
     *
     * @param alarms the live ones
     * @param history those of the history that comes in beside them
     * @param gpus that it has or once had
     */
    record MachineContext(long epoch, MachineAlarms alarms, HistoryAlarms history, MachineGpus gpus) {
        /** Of no session. */
        static final MachineContext NOTHING =
                new MachineContext(-1, MachineAlarms.none(), HistoryAlarms.NONE, MachineGpus.NONE);

        private MachineContext withBudgetsAlone() {
            return new MachineContext(NOTHING.epoch, alarms.withoutOpen(), history.withoutOpen(), NOTHING.gpus);
        }
    }
}
