package io.emberwatch.collector.net;

import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineCredentials;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.ProbeSessionRow;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.auth.KeyVerifier;
import io.emberwatch.protocol.auth.MachineKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Admits the machines that are registered and know their key. A few threads of its own ask the database. */
public final class DatabaseAdmission implements Admission, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseAdmission.class);
    private static final int THREADS = 4;
    /** Probes that may wait for a thread; enough for a whole fleet that comes back at once, at a few hundred bytes each. */
    private static final int MAX_WAITING_EACH = 5_000;
    /** Checked against where there is no key, so that an unknown name takes as long as a wrong proof. */
    private static final KeyVerifier NOBODY =
            MachineKey.random(new SecureRandom()).verifier();

    private final Database database;
    private final Clock clock;
    private final MachineStore machines = new MachineStore();
    private final ProbeSessionStore sessions = new ProbeSessionStore();
    /** A machine is always on the same one: its sessions begin in the order of its HELLOs. */
    private final List<ThreadPoolExecutor> threads;

    public DatabaseAdmission(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
        this.threads =
                Stream.generate(DatabaseAdmission::newThread).limit(THREADS).toList();
    }

    @Override
    public void admit(Request request, Consumer<Verdict> answer) {
        Instant receivedAt = clock.instant();
        try {
            String name = request.hello().machineName().toLowerCase(Locale.ROOT);
            threads.get(Math.floorMod(name.hashCode(), THREADS))
                    .execute(() -> answer.accept(decide(request, receivedAt)));
        } catch (RejectedExecutionException e) {
            answer.accept(new Verdict.Busy("too many machines connect at once"));
        }
    }

    @Override
    public void close() {
        threads.forEach(ThreadPoolExecutor::shutdownNow);
    }

    private static ThreadPoolExecutor newThread() {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING_EACH), task -> {
            Thread thread = new Thread(task, "admission");
            thread.setDaemon(true);
            return thread;
        });
    }

    private Verdict decide(Request request, Instant receivedAt) {
        try {
            return database.transact(connection -> decide(connection, request, receivedAt));
        } catch (SQLException e) {
            LOG.warn("cannot admit {} now: {}", request.hello().machineName(), e.getMessage());
            return new Verdict.Busy("the database is away");
        } catch (RuntimeException e) {
            LOG.error("cannot admit {}", request.hello().machineName(), e);
            return new Verdict.Busy("internal error");
        }
    }

    private Verdict decide(Connection connection, Request request, Instant receivedAt) throws SQLException {
        Hello hello = request.hello();
        Optional<MachineCredentials> found = machines.credentials(connection, hello.machineName());
        Optional<KeyVerifier> enrolled = found.flatMap(MachineCredentials::verifier);
        KeyVerifier verifier = enrolled.orElse(NOBODY);
        boolean proven = verifier.accepts(request.transcript(), request.proof());
        if (enrolled.isEmpty() || !proven) {
            return new Verdict.NotAuthenticated();
        }
        MachineCredentials machine = found.orElseThrow();
        Duration clockOffset = Duration.between(receivedAt, hello.probeClock());
        ProbeSessionRow begun = sessions.open(
                connection,
                new ProbeSessionStore.Opening(
                        machine.machineId(),
                        hello.bootId(),
                        request.remoteAddress(),
                        hello.probeVersion(),
                        clockOffset));
        Session session = new Session(
                machine.machineId(), hello.machineName(), begun.epoch(), hello.bootId(), request.feedback());
        return new Verdict.Welcome(
                session, machine, clockOffset, begun.lastSequence(), verifier.collectorProof(request.transcript()));
    }
}
