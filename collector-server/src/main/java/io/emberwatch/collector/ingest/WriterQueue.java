package io.emberwatch.collector.ingest;

import io.emberwatch.collector.ingest.MachineQueue.Portion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one writer has to write, and whose turn it is: machines hand over a little each in turn, by the work that it
 * makes, so that whoever has much to write waits for its own and not for that of others. Live readings go before
 * history, which has its turn after each small helping of the rest, and while there is more of that than a transaction
 * holds, after some. Not thread-safe.
 */
final class WriterQueue {
    /** Of so many transactions one is history's, when there is no time for it. */
    private static final int SMALL_SHARE = 8;
    /** Live readings may have to wait for one transaction of history, so that is not a large one. */
    private static final int MAX_HISTORY_READINGS = 1_000;
    /** Rows' worth of work in one transaction: some tenths of a second, for all others wait for it. */
    static final int MAX_WORK = 10_000;
    /** What a machine hands over before it is the next one's turn; a minute of a large machine. */
    private static final int QUANTUM = 512;
    /** A larger item is written in pieces. */
    private static final int PIECE_WORK = MAX_WORK / 4;

    private final Map<Integer, MachineQueue> machines = new HashMap<>();
    /** Machines that have something else than history, in the order of their turns. */
    private final Set<MachineQueue> live = new LinkedHashSet<>();
    /** Machines whose history may go now, in the order of their turns. */
    private final Set<MachineQueue> history = new LinkedHashSet<>();

    private int liveReadings;
    private int untilHistory = 1;

    void add(IngestItem item) {
        MachineQueue machine = machines.computeIfAbsent(item.machineId(), MachineQueue::new);
        machine.add(item);
        count(item, 1);
        place(machine);
    }

    /** Whether there is something to write now. */
    boolean hasTurn() {
        return !live.isEmpty() || !history.isEmpty();
    }

    /** Whether it is worth while to wait for more: live readings are there, but not many, and nothing else is. */
    boolean mayLinger(int maxReadings) {
        return history.isEmpty() && !live.isEmpty() && liveReadings < maxReadings;
    }

    /** What to write next, each machine's in order: either history or the rest. */
    List<IngestItem> take(int maxReadings) {
        if (!history.isEmpty() && (live.isEmpty() || untilHistory <= 0)) {
            untilHistory = SMALL_SHARE - 1;
            return takeHistory(new Portion(Math.min(maxReadings, MAX_HISTORY_READINGS), MAX_WORK, PIECE_WORK));
        }
        Portion portion = new Portion(maxReadings, MAX_WORK, PIECE_WORK);
        List<IngestItem> taken = takeLive(portion);
        boolean isBusy = !portion.hasRoom();
        untilHistory = history.isEmpty() ? 1 : isBusy ? untilHistory - 1 : 0;
        return taken;
    }

    private List<IngestItem> takeLive(Portion portion) {
        List<IngestItem> taken = new ArrayList<>();
        while (!live.isEmpty() && portion.hasRoom()) {
            MachineQueue next = removeFirst(live);
            List<IngestItem> ofNext = next.takeLive(portion, QUANTUM);
            ofNext.forEach(item -> count(item, -1));
            taken.addAll(ofNext);
            place(next);
        }
        return taken;
    }

    private List<IngestItem> takeHistory(Portion portion) {
        List<IngestItem> taken = new ArrayList<>();
        boolean goesOn = true;
        while (!history.isEmpty() && goesOn) {
            MachineQueue next = removeFirst(history);
            List<IngestItem> ofNext = next.takeHistory(portion, QUANTUM);
            taken.addAll(ofNext);
            place(next);
            // One whose next item is too large now, or who has had more than its share, ends it.
            goesOn = portion.hasRoom() && (!ofNext.isEmpty() || taken.isEmpty());
        }
        return taken;
    }

    /** Keeps its turn if it had one. */
    private void place(MachineQueue machine) {
        place(machine, live, machine.hasLive());
        place(machine, history, machine.historyMayGo());
        if (machine.isEmpty()) {
            machines.remove(machine.machineId());
        }
    }

    private static void place(MachineQueue machine, Set<MachineQueue> turns, boolean hasTurn) {
        if (hasTurn) {
            turns.add(machine);
        } else {
            turns.remove(machine);
        }
    }

    private static MachineQueue removeFirst(Set<MachineQueue> turns) {
        Iterator<MachineQueue> first = turns.iterator();
        MachineQueue machine = first.next();
        first.remove();
        return machine;
    }

    private void count(IngestItem item, int sign) {
        if (!(item instanceof IngestItem.HistoryBatch)) {
            liveReadings += sign * item.readingCount();
        }
    }
}
