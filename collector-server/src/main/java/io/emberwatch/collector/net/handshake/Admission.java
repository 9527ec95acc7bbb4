package io.emberwatch.collector.net.handshake;

import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.ingest.Session;
import io.emberwatch.collector.model.Machine;
import io.emberwatch.collector.net.connection.Peer;
import io.emberwatch.collector.net.session.SessionHandler;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.MachineStore;
import io.emberwatch.collector.store.ProbeSessionStore;
import io.emberwatch.collector.store.ProbeSessionStore.ProbeSessionRow;
import io.emberwatch.protocol.Hello;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.MachineKey;
import io.emberwatch.protocol.auth.MachineKey.KeyVerifier;
import io.emberwatch.protocol.auth.Transcript;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits the machines that are registered and know their key, each of them once: who comes as a second process of a
 * machine whose connection is alive is turned away. A few threads of its own ask the database.
 */
public final class Admission implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final int THREADS = 4;
    /**
     * Probes that may wait for a thread; enough for a whole fleet that comes back at once, at a few hundred bytes each.
     */
    private static final int MAX_WAITING_EACH = 5_000;
    /** How long a connection that may be dead has for a sign of life; well within the newcomer's own timeout. */
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    /** A newcomer that finds another connection in its way each time is better off to come again. */
    private static final int MAX_CONTESTS = 2;
    /** Checked against where there is no key, so that an unknown name takes as long as a wrong proof. */
    private static final KeyVerifier NOBODY =
            MachineKey.random(new SecureRandom()).verifier();

    /**
     * What a probe has said.
     *
     * @param hello who it claims to be; none of it is believed yet
     * @param transcript what its proof must be bound to
     * @param proof that it holds the machine's key, perhaps
     */
    public record Claim(Hello hello, Transcript transcript, Bytes32 proof) {}

    /**
     * A probe that has answered its challenge.
     *
     * @param newcomer its connection
     * @param remoteAddress where it connects from, as text
     * @param feedback of the session-to-be
     */
    record Request(Claim claim, ActiveConnection newcomer, String remoteAddress, Session.Feedback feedback) {
        Hello hello() {
            return claim.hello();
        }
    }

    /** The answer to a PROOF. */
    sealed interface Verdict {
        /** The session has begun. */
        record Welcome(SessionHandler.Start start) implements Verdict {}

        /** Machine unknown or proof wrong. */
        record NotAuthenticated() implements Verdict {}

        /** Another process with the machine's key is connected and alive. */
        record Duplicate() implements Verdict {}

        /** Cannot be decided now: the database is away or the collector has too much to do. */
        record Busy(String why) implements Verdict {}
    }

    private final Database database;
    private final Ingest ingest;
    private final Clock clock;
    private final MachineStore machines = new MachineStore();
    private final ProbeSessionStore sessions = new ProbeSessionStore();
    private final ActiveConnections connections = new ActiveConnections();
    /** A machine is always on the same one: its sessions begin in the order of its HELLOs. */
    private final BoundedExecutors executors = new BoundedExecutors("admission", THREADS, MAX_WAITING_EACH);

    public Admission(Database database, Ingest ingest, Clock clock) {
        this.database = database;
        this.ingest = ingest;
        this.clock = clock;
    }

    /** A request that is being decided. {@code beaten} has been asked for a sign of life and gave none. */
    private record Applicant(
            Request request,
            Instant receivedAt,
            Consumer<Verdict> answer,
            Optional<ActiveConnection> beaten,
            int contests) {
        Applicant after(ActiveConnection silent) {
            return new Applicant(request, receivedAt, answer, Optional.of(silent), contests + 1);
        }
    }

    /** What one look at the database leads to. */
    private sealed interface Step {
        record Answer(Verdict verdict) implements Step {}

        record Contest(Machine.Credentials machine, ActiveConnection rival) implements Step {}
    }

    /** Where the machines have come from that were here within this time; none if the database does not say. */
    public List<InetAddress> recentAddresses(Duration within) {
        try {
            return database.transact(connection -> sessions.recentAddresses(connection, within)).stream()
                    .flatMap(address -> Peer.addressIn(address).stream())
                    .distinct()
                    .toList();
        } catch (SQLException e) {
            LOG.warn("machines have to wait among strangers for their TLS handshakes: {}", e.getMessage());
            return List.of();
        }
    }

    /**
     * Decides about one probe; never blocks its caller.
     *
     * @param answer called once, by any thread
     */
    public void admit(Request request, Consumer<Verdict> answer) {
        submit(new Applicant(request, clock.instant(), answer, Optional.empty(), 0));
    }

    @Override
    public void close() {
        executors.close();
    }

    private void submit(Applicant applicant) {
        String name = applicant.request().hello().machineName().toLowerCase(Locale.ROOT);
        if (!executors.offer(name, () -> proceed(applicant))) {
            applicant.answer().accept(new Verdict.Busy("too many machines connect at once"));
        }
    }

    private void proceed(Applicant applicant) {
        Step step = decide(applicant);
        if (step instanceof Step.Contest contest) {
            contest(applicant, contest);
        } else if (step instanceof Step.Answer answer) {
            if (answer.verdict() instanceof Verdict.Welcome welcome) {
                connections.takeOver(
                        welcome.start().session().machineId(),
                        applicant.request().newcomer());
            }
            applicant.answer().accept(answer.verdict());
        }
    }

    /** Two with one key: the one who was here first stays, if it is alive. No thread waits for that. */
    private void contest(Applicant applicant, Step.Contest contest) {
        if (applicant.contests() == MAX_CONTESTS) {
            applicant
                    .answer()
                    .accept(new Verdict.Busy("other probes with this machine's key connect at the same time"));
            return;
        }
        contest.rival().askForLife(TIMEOUT, alive -> {
            if (alive) {
                ingest.turnedAway(
                        contest.machine().machineId(), applicant.request().remoteAddress());
                applicant.answer().accept(new Verdict.Duplicate());
            } else {
                submit(applicant.after(contest.rival()));
            }
        });
    }

    private Step decide(Applicant applicant) {
        String name = applicant.request().hello().machineName();
        try {
            return database.transact(connection -> decide(connection, applicant));
        } catch (SQLException e) {
            LOG.warn("cannot admit {} now: {}", name, e.getMessage());
            return new Step.Answer(new Verdict.Busy("the database is away"));
        } catch (RuntimeException e) {
            LOG.error("cannot admit {}", name, e);
            return new Step.Answer(new Verdict.Busy("internal error"));
        }
    }

    private Step decide(Connection connection, Applicant applicant) throws SQLException {
        Request request = applicant.request();
        Optional<Machine.Credentials> found =
                machines.credentials(connection, request.hello().machineName());
        Optional<KeyVerifier> enrolled = found.flatMap(Machine.Credentials::verifier);
        KeyVerifier verifier = enrolled.orElse(NOBODY);
        boolean proven =
                verifier.accepts(request.claim().transcript(), request.claim().proof());
        if (enrolled.isEmpty() || !proven) {
            return new Step.Answer(new Verdict.NotAuthenticated());
        }
        Machine.Credentials machine = found.orElseThrow();
        Optional<ActiveConnection> rival = connections
                .rivalOf(request.hello().instanceId(), machine.machineId())
                .filter(other -> !applicant.beaten().equals(Optional.of(other)));
        if (rival.isPresent()) {
            return new Step.Contest(machine, rival.get());
        }
        if (!request.newcomer().isCurrent()) {
            // It has gone while another was asked: a new epoch would only end that other's session.
            return new Step.Answer(new Verdict.Busy("the probe has gone"));
        }
        return new Step.Answer(open(connection, applicant, machine, verifier));
    }

    private Verdict open(Connection connection, Applicant applicant, Machine.Credentials machine, KeyVerifier verifier)
            throws SQLException {
        Request request = applicant.request();
        Hello hello = request.hello();
        Duration clockOffset = Duration.between(applicant.receivedAt(), hello.probeClock());
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
        return new Verdict.Welcome(new SessionHandler.Start(
                session,
                machine,
                clockOffset,
                begun.acknowledged(),
                verifier.collectorProof(request.claim().transcript())));
    }
}
