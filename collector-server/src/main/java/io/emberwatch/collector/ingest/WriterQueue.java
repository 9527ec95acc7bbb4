package io.emberwatch.collector.ingest;

import io.emberwatch.collector.ingest.MachineQueue.Portion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Set;

/**
 * What one writer has to write, and whose turn it is: machines hand over a little each in turn, by the work that it
 * makes, so that whoever has much to write waits for its own and not for that of others. Live readings go before
 * history, which has its turn after each small helping of the rest, and while there is more of that than a transaction
 * holds, after some. A machine may be made to pause, and to have its transactions for itself, which are then small and
 * take turns with those of all others. Times are of {@code System.nanoTime}. Not thread-safe.
 */
final class WriterQueue {
    /** Of so many transactions one is history's, when there is no time for it. */
    private static final int SMALL_SHARE = 8;
    /** Live readings may have to wait for one transaction of history, so that is not a large one. */
    private static final int MAX_HISTORY_READINGS = 1_000;
    /** Rows' worth of work in one transaction: some tenths of a second, for all others wait for it. */
    static final int MAX_WORK = 4_000;
    /** What a machine hands over before it is the next one's turn; some seconds of a large machine. */
    private static final int QUANTUM = 256;
    /** A larger item is written in pieces. */
    private static final int PIECE_WORK = MAX_WORK / 4;
    /** Of a machine by itself: one that cannot be written as usual is not to hold up the others for long. */
    static final int MAX_READINGS_ALONE = 32;

    private final Map<Integer, MachineQueue> machines = new HashMap<>();
    /** Machines that have something else than history, in the order of their turns. */
    private final Set<MachineQueue> live = new LinkedHashSet<>();
    /** Machines whose history may go now, in the order of their turns. */
    private final Set<MachineQueue> history = new LinkedHashSet<>();

    /** Machines that go alone and may go now, in the order of their turns. */
    private final Set<MachineQueue> alone = new LinkedHashSet<>();

    private final Set<MachineQueue> paused = new LinkedHashSet<>();
    private int liveReadings;
    private boolean aloneIsNext;
    private int untilHistory = 1;

    void add(IngestItem item) {
        MachineQueue machine = machines.computeIfAbsent(item.machineId(), MachineQueue::new);
        machine.add(item);
        count(item, 1);
        place(machine);
    }

    /** Items that were taken and not written, in order: before all others of their machines. */
    void putBack(List<IngestItem> items) {
        for (ListIterator<IngestItem> from = items.listIterator(items.size()); from.hasPrevious(); ) {
            IngestItem item = from.previous();
            MachineQueue machine = machines.computeIfAbsent(item.machineId(), MachineQueue::new);
            machine.putBack(item);
            count(item, 1);
            place(machine);
        }
    }

    /** Passes the machine over until then. */
    void pause(int machineId, long untilNanos, boolean historyOnly) {
        MachineQueue machine = machines.computeIfAbsent(machineId, MachineQueue::new);
        machine.pauseUntil(untilNanos, historyOnly);
        place(machine);
    }

    /** Has the machine go by itself, or with the others again. */
    void setAlone(int machineId, boolean isAlone) {
        MachineQueue machine = machines.computeIfAbsent(machineId, MachineQueue::new);
        machine.setAlone(isAlone);
        place(machine);
    }

    /** Whether there is something to write now. */
    boolean hasTurn(long nowNanos) {
        endPauses(nowNanos);
        return !live.isEmpty() || !history.isEmpty() || !alone.isEmpty();
    }

    /** In how many nanoseconds the next pause ends; {@code Long.MAX_VALUE} if there is none. */
    long pauseNanos(long nowNanos) {
        return paused.stream()
                .mapToLong(machine -> machine.pauseNanos(nowNanos))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Whether it is worth while to wait for more: live readings are there, but not many, and nothing else is. */
    boolean mayLinger(int maxReadings) {
        return alone.isEmpty() && history.isEmpty() && !live.isEmpty() && liveReadings < maxReadings;
    }

    /**
     * What to write in one transaction.
     *
     * @param items each machine's in order: either history or the rest; empty if there is nothing
     * @param isAlone whether they are those of one machine that goes by itself
     */
    record Turn(List<IngestItem> items, boolean isAlone) {}

    Turn take(int maxReadings, long nowNanos) {
        endPauses(nowNanos);
        boolean goesAlone = !alone.isEmpty() && (aloneIsNext || (live.isEmpty() && history.isEmpty()));
        aloneIsNext = !goesAlone;
        return new Turn(goesAlone ? takeAlone() : takeTogether(maxReadings), goesAlone);
    }

    private List<IngestItem> takeAlone() {
        MachineQueue next = removeFirst(alone);
        Portion portion = new Portion(MAX_READINGS_ALONE, PIECE_WORK, PIECE_WORK / 4);
        List<IngestItem> taken = new ArrayList<>();
        while (taken.isEmpty()) {
            taken.addAll(next.liveMayGo() ? next.takeLive(portion, PIECE_WORK) : next.takeHistory(portion, PIECE_WORK));
        }
        taken.forEach(item -> count(item, -1));
        place(next);
        return taken;
    }

    private List<IngestItem> takeTogether(int maxReadings) {
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

    private void endPauses(long nowNanos) {
        for (MachineQueue machine : List.copyOf(paused)) {
            if (machine.pauseNanos(nowNanos) <= 0) {
                machine.goOn();
                place(machine);
            }
        }
    }

    /** Keeps its turn if it had one. */
    private void place(MachineQueue machine) {
        place(machine, live, machine.liveMayGo() && !machine.isAlone());
        place(machine, history, machine.historyMayGo() && !machine.isAlone());
        place(machine, alone, (machine.liveMayGo() || machine.historyMayGo()) && machine.isAlone());
        place(machine, paused, machine.isPaused());
        if (machine.isIdle()) {
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
