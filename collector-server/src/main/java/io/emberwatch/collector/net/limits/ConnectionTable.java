package io.emberwatch.collector.net.limits;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/**
 * Who is connected, and who must make room. Of the connections that have yet to say who they are only so many are kept,
 * in total and for each address: a newer one displaces the oldest. So those who say nothing cannot keep anybody out.
 * One for which the collector itself is to be waited for is displaced by nobody.
 *
 * <p>Thread-safe; every call takes a moment, however many connections there are.
 *
 * @param <C> a connection, by its identity
 */
final class ConnectionTable<C> {
    enum Outcome {
        LET_IN,
        FULL,
        ADDRESS_FULL
    }

    /** @param displaced another connection, which must be closed; it is in the table no more */
    record Arrival<C>(Outcome outcome, Optional<C> displaced) {}

    private enum Stage {
        PEER_AWAITED,
        COLLECTOR_AWAITED,
        SESSION
    }

    private final LimitSettings.Address addressLimits;
    private final Map<C, Place<C>> places = new HashMap<>();
    private final Map<SourceAddress, Group<C>> bySource = new HashMap<>();
    private final Group<C> all;

    ConnectionTable(int maxConnections, LimitSettings limits) {
        this.addressLimits = limits.address();
        this.all = new Group<>(maxConnections, limits.maxUnauthenticated());
    }

    /**
     * A connection has come, or its true source has become known.
     *
     * @param source none for one that counts for no address
     */
    synchronized Arrival<C> arrived(C connection, Optional<SourceAddress> source) {
        gone(connection);
        if (all.room() < 1) {
            return new Arrival<>(Outcome.FULL, Optional.empty());
        }
        Optional<Group<C>> group = source.map(this::groupOf);
        if (group.isPresent() && group.get().room() < 1) {
            return new Arrival<>(Outcome.ADDRESS_FULL, Optional.empty());
        }
        Place<C> place = new Place<>(source, group);
        places.put(connection, place);
        group.ifPresent(one -> one.open++);
        all.open++;
        return new Arrival<>(Outcome.LET_IN, await(connection, place));
    }

    /** It is for the collector to decide; this takes as long as it takes. */
    synchronized void collectorIsAwaited(C connection) {
        move(connection, Stage.COLLECTOR_AWAITED);
    }

    /** It is for the peer again to say something, or to go; returns which other one must be closed. */
    synchronized Optional<C> peerIsAwaited(C connection) {
        Place<C> place = move(connection, Stage.PEER_AWAITED);
        return place == null ? Optional.empty() : await(connection, place);
    }

    /** The peer is a machine. */
    synchronized void isSession(C connection) {
        Place<C> place = move(connection, Stage.SESSION);
        if (place != null) {
            place.group.ifPresent(one -> one.sessions++);
        }
    }

    synchronized boolean hasSession(C connection) {
        Place<C> place = places.get(connection);
        return place != null && place.stage == Stage.SESSION;
    }

    /** Machines of this address that are connected. */
    synchronized int sessionsAt(SourceAddress source) {
        Group<C> group = bySource.get(source);
        return group == null ? 0 : group.sessions;
    }

    synchronized void gone(C connection) {
        Place<C> place = move(connection, Stage.COLLECTOR_AWAITED);
        if (place == null) {
            return;
        }
        places.remove(connection);
        all.open--;
        place.group.ifPresent(group -> {
            group.open--;
            if (group.open == 0) {
                bySource.remove(place.source.orElseThrow());
            }
        });
    }

    private Group<C> groupOf(SourceAddress source) {
        return bySource.computeIfAbsent(
                source, one -> new Group<>(addressLimits.maxConnections(), addressLimits.maxUnauthenticated()));
    }

    /** Takes the connection out of where its stage has put it. */
    private Place<C> move(C connection, Stage stage) {
        Place<C> place = places.get(connection);
        if (place != null) {
            all.awaited.remove(connection);
            place.group.ifPresent(group -> {
                group.awaited.remove(connection);
                group.sessions -= place.stage == Stage.SESSION ? 1 : 0;
            });
            place.stage = stage;
        }
        return place;
    }

    /** Puts it behind those that are awaited already; whoever is first may have to go. */
    private Optional<C> await(C connection, Place<C> place) {
        all.awaited.add(connection);
        place.group.ifPresent(group -> group.awaited.add(connection));
        Optional<C> displaced = place.group.flatMap(Group::oldestTooMany).or(all::oldestTooMany);
        displaced.ifPresent(this::gone);
        return displaced;
    }

    private static final class Place<C> {
        private final Optional<SourceAddress> source;
        private final Optional<Group<C>> group;
        private Stage stage = Stage.PEER_AWAITED;

        Place(Optional<SourceAddress> source, Optional<Group<C>> group) {
            this.source = source;
            this.group = group;
        }
    }

    /** Those of one address, or all. */
    private static final class Group<C> {
        private final int maxOpen;
        private final int maxAwaited;
        private final LinkedHashSet<C> awaited = new LinkedHashSet<>();
        private int open;
        private int sessions;

        Group(int maxOpen, int maxAwaited) {
            this.maxOpen = maxOpen;
            this.maxAwaited = maxAwaited;
        }

        /** How many may be awaited beside those that are not. */
        int room() {
            return Math.min(maxAwaited, maxOpen - (open - awaited.size()));
        }

        Optional<C> oldestTooMany() {
            return awaited.size() > room() ? Optional.of(awaited.iterator().next()) : Optional.empty();
        }
    }
}
