package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.HistoryAlarms;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.model.AlarmKey;
import io.emberwatch.collector.model.MachineGpus;
import io.emberwatch.collector.model.ProbeSessionRow;
import io.emberwatch.collector.store.AlarmStore;
import io.emberwatch.collector.store.AlarmStore.OpenAlarms;
import io.emberwatch.collector.store.InventoryStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a transaction needs to know of machines besides their sessions: remembered, or read. Stateless and thread-safe. */
final class MachineContexts {
    private final AlarmStore alarms;
    private final InventoryStore inventories;

    MachineContexts(AlarmStore alarms, InventoryStore inventories) {
        this.alarms = alarms;
        this.inventories = inventories;
    }

    /**
     * The context of each of these machines.
     *
     * @param sessions locked
     * @param known remembered ones; those of an older session are not used
     */
    Map<Integer, MachineContext> of(
            Connection connection, Map<Integer, ProbeSessionRow> sessions, Map<Integer, MachineContext> known)
            throws SQLException {
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
            Map<Integer, MachineGpus> cards = inventories.cards(connection, missing);
            for (int machineId : missing) {
                ProbeSessionRow row = sessions.get(machineId);
                contexts.put(
                        machineId,
                        new MachineContext(
                                row.epoch(),
                                MachineAlarms.of(open.get(machineId).live()),
                                new HistoryAlarms(
                                        MachineAlarms.of(open.get(machineId).history()), spanned(connection, row)),
                                cards.getOrDefault(machineId, MachineGpus.NONE)));
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
     * What a writer remembers of a machine between transactions, so as not to read it each time. Valid for one session epoch;
     * forgotten after any failure.
     *
     * @param alarms the live ones
     * @param history those of the history that comes in beside them
     * @param cards that it has or once had
     */
    record MachineContext(long epoch, MachineAlarms alarms, HistoryAlarms history, MachineGpus cards) {}
}
