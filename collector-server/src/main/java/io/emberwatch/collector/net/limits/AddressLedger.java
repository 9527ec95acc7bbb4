package io.emberwatch.collector.net.limits;

import io.emberwatch.collector.net.limits.FailureScore.Penalty;
import io.emberwatch.collector.net.limits.LimitSettings.Rate;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is remembered of each source address: how fast it connects, what it got wrong, whether it is shut out, what was
 * logged about it, and whether a machine has come from there. Of too many addresses the one that was idle longest is forgotten; one that is shut out only when
 * all others are gone, so that a flood of other addresses cannot let it in again.
 *
 * <p>All times are of one monotonic clock, in nanoseconds. Thread-safe; every call takes a moment, however many
 * addresses there are.
 */
final class AddressLedger {
    private static final int INITIAL_CAPACITY = 16;
    private static final float LOAD_FACTOR = 0.75f;

    /** What to do about a new connection. */
    enum Verdict {
        LET_IN,
        SHUT_OUT,
        OVER_RATE
    }

    private final LimitSettings.Address addressLimits;
    private final LimitSettings.Failures failureLimits;
    /** In the order of their last use. */
    private final Map<SourceAddress, AddressRecord> known = new LinkedHashMap<>(INITIAL_CAPACITY, LOAD_FACTOR, true);
    /** Until when; in the order in which they end. */
    private final Map<SourceAddress, Long> shutOutUntilNanos = new LinkedHashMap<>();
    /** When a machine last came from there; in this order. A flood of strangers displaces none of them. */
    private final Map<SourceAddress, Long> machineAtNanos = new LinkedHashMap<>();

    AddressLedger(LimitSettings.Address addressLimits, LimitSettings.Failures failureLimits) {
        this.addressLimits = addressLimits;
        this.failureLimits = failureLimits;
    }

    /** A connection has come. */
    synchronized Verdict connected(SourceAddress source, long nowNanos) {
        if (isShutOut(source, nowNanos)) {
            return Verdict.SHUT_OUT;
        }
        return recordOf(source, nowNanos).connections.tryTake(nowNanos) ? Verdict.LET_IN : Verdict.OVER_RATE;
    }

    /**
     * A connection has failed before it was known who speaks.
     *
     * @param weight 1, or less for what happens to honest peers now and then
     * @param sessions machines of this address that are connected: they vouch for it
     */
    synchronized Penalty failed(SourceAddress source, double weight, int sessions, long nowNanos) {
        if (isShutOut(source, nowNanos)) {
            return Penalty.NONE;
        }
        Penalty penalty =
                recordOf(source, nowNanos).failures.add(weight, vouching(source, sessions, nowNanos), nowNanos);
        if (penalty.shutsOut()) {
            known.remove(source);
            shutOutUntilNanos.put(source, nowNanos + failureLimits.shutOut().toNanos());
        }
        return penalty;
    }

    /** How long the last failures of this address delay what it begins next. */
    synchronized Duration delay(SourceAddress source, int sessions, long nowNanos) {
        AddressRecord found = known.get(source);
        return found == null ? Duration.ZERO : found.failures.delay(vouching(source, sessions, nowNanos), nowNanos);
    }

    /** A machine has come from there. */
    synchronized void isMachines(SourceAddress source, long nowNanos) {
        machineAtNanos.remove(source);
        machineAtNanos.put(source, nowNanos);
        if (machineAtNanos.size() > addressLimits.maxKnown()) {
            forgetEldest(machineAtNanos);
        }
    }

    /** Whether a machine has come from there lately. */
    synchronized boolean hasHadMachine(SourceAddress source, long nowNanos) {
        Long atNanos = machineAtNanos.get(source);
        return atNanos != null && nowNanos - atNanos < LimitSettings.MACHINE_REMEMBERED.toNanos();
    }

    /** Whether a line about this topic, 0 to 30, may be logged: at most one an address and minute. */
    synchronized boolean mayLog(SourceAddress source, int topic, long nowNanos) {
        return !isShutOut(source, nowNanos) && recordOf(source, nowNanos).logged.note(topic, nowNanos);
    }

    /** Addresses shut out now. */
    synchronized int shutOut(long nowNanos) {
        forgetEnded(nowNanos);
        return shutOutUntilNanos.size();
    }

    /** Addresses remembered, those shut out included. */
    synchronized int size() {
        return known.size() + shutOutUntilNanos.size();
    }

    /** A machine that was here lately vouches as one that is here. */
    private int vouching(SourceAddress source, int sessions, long nowNanos) {
        return sessions == 0 && hasHadMachine(source, nowNanos) ? 1 : sessions;
    }

    private boolean isShutOut(SourceAddress source, long nowNanos) {
        forgetEnded(nowNanos);
        return shutOutUntilNanos.containsKey(source);
    }

    private void forgetEnded(long nowNanos) {
        Iterator<Long> ends = shutOutUntilNanos.values().iterator();
        while (ends.hasNext() && ends.next() - nowNanos <= 0) {
            ends.remove();
        }
    }

    private AddressRecord recordOf(SourceAddress source, long nowNanos) {
        AddressRecord found = known.get(source);
        if (found != null) {
            return found;
        }
        if (size() >= addressLimits.maxKnown()) {
            forgetEldest(known.isEmpty() ? shutOutUntilNanos : known);
        }
        AddressRecord added = new AddressRecord(addressLimits.newConnections(), failureLimits, nowNanos);
        known.put(source, added);
        return added;
    }

    private static void forgetEldest(Map<SourceAddress, ?> map) {
        Iterator<SourceAddress> sources = map.keySet().iterator();
        sources.next();
        sources.remove();
    }

    private static final class AddressRecord {
        private final TokenBucket connections;
        private final FailureScore failures;
        private final LoggedTopics logged;

        AddressRecord(Rate newConnections, LimitSettings.Failures limits, long nowNanos) {
            connections = new TokenBucket(newConnections, nowNanos);
            failures = new FailureScore(limits, nowNanos);
            logged = new LoggedTopics(nowNanos);
        }
    }

    /** What was logged about the address in this minute. */
    private static final class LoggedTopics {
        private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

        private int topics;
        private long sinceNanos;

        LoggedTopics(long nowNanos) {
            this.sinceNanos = nowNanos;
        }

        /** Notes a topic, 0 to 30; returns whether it is the first time in this minute. */
        boolean note(int topic, long nowNanos) {
            if (nowNanos - sinceNanos >= MINUTE_NANOS) {
                topics = 0;
                sinceNanos = nowNanos;
            }
            int before = topics;
            topics |= 1 << topic;
            return topics != before;
        }
    }
}
