package io.emberwatch.probe.model;

import io.emberwatch.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A collector process: its sessions, which end with it. */
final class ModelCollector {
    private final Seams seams;
    private final Database database;
    private final Random random;
    private final List<CollectorSession> sessions = new ArrayList<>();

    ModelCollector(Seams seams, Database database, Random random) {
        this.seams = seams;
        this.database = database;
        this.random = random;
    }

    void accept(Wire.Pair wires) {
        sessions.add(new CollectorSession(wires, seams, database, random));
    }

    /** Answers the newest connection at once. */
    void greet() throws ProtocolException {
        sessions.get(sessions.size() - 1).hear(Long.MAX_VALUE);
    }

    /** All that is not committed is forgotten, and connections end wherever they are. */
    void crash() {
        for (CollectorSession session : sessions) {
            session.close();
            Wire toProbe = session.wires().toProbe();
            toProbe.breakAfter(random.nextLong(1 + toProbe.bytesOnTheWay()));
        }
        sessions.clear();
    }

    /** A session that may have something to do. */
    List<CollectorSession> sessions() {
        sessions.removeIf(CollectorSession::isSpent);
        return sessions;
    }

    /** Does all that there is to do, without trouble. */
    void catchUp(int maxFetch) throws ProtocolException {
        for (CollectorSession session : List.copyOf(sessions())) {
            session.hear(Long.MAX_VALUE);
            while (session.hasWork()) {
                session.commit(1 + random.nextInt(8), CollectorSession.Outcome.COMMITTED);
            }
            session.acknowledge();
            session.fetch(maxFetch);
        }
    }
}
