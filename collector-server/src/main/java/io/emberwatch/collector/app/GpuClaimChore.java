package io.emberwatch.collector.app;

import io.emberwatch.collector.model.GpuClaim;
import io.emberwatch.collector.problem.ServiceProblem;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.GpuClaimStore;
import io.emberwatch.collector.store.GpuClaimStore.Claims;
import io.emberwatch.protocol.Texts;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, every few seconds, to which machine each card belongs that several machines name. Any number of collectors
 * may do so on one database: what they find follows from what it holds.
 */
final class GpuClaimChore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GpuClaimChore.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Database database;
    private final ServiceProblems problems;
    private final GpuClaimStore store = new GpuClaimStore();
    private final ScheduledExecutorService timer;

    private GpuClaimChore(Database database, ServiceProblems problems) {
        this.database = database;
        this.problems = problems;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "gpu-claims");
            thread.setDaemon(true);
            return thread;
        });
    }

    static GpuClaimChore start(Database database, ServiceProblems problems) {
        GpuClaimChore chore = new GpuClaimChore(database, problems);
        chore.timer.scheduleWithFixedDelay(
                chore::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        return chore;
    }

    private void look() {
        try {
            Claims claims = database.transact(store::list);
            claims.byUuid().forEach((uuid, ofCard) -> settle(uuid, ofCard, claims.now()));
        } catch (SQLException | RuntimeException e) {
            LOG.warn("cannot see which cards two machines show, will try again: {}", e.getMessage());
            LOG.debug("cannot see which cards two machines show", e);
        }
    }

    /** Each card by itself: a row that somebody has locked keeps the others waiting, but not for ever. */
    private void settle(String uuid, List<GpuClaim> claims, Instant now) {
        try {
            boolean isContested = false;
            for (GpuClaim claim : claims) {
                GpuClaim.Verdict found = claim.judge(claims, now);
                isContested |= found.claimedTwiceAt().isPresent();
                if (!found.isKnownOf(claim)) {
                    database.transact(connection -> store.note(connection, claim, found, now));
                }
            }
            report(uuid, claims, isContested);
        } catch (SQLException e) {
            LOG.warn(
                    "cannot note to which machine GPU {} belongs, will try again: {}",
                    Texts.oneLine(uuid),
                    e.getMessage());
        }
    }

    private void report(String uuid, List<GpuClaim> claims, boolean isContested) {
        if (isContested) {
            String machines = claims.stream()
                    .filter(GpuClaim::isShown)
                    .map(GpuClaim::machine)
                    .collect(Collectors.joining(" and "));
            problems.report(
                    ServiceProblem.Kind.GPU_CLAIMED_TWICE,
                    uuid,
                    "shown by " + machines + "; if one of them is no copy, guest or container of the other, revoke the"
                            + " key of the one that does not have it");
        } else if (claims.stream().anyMatch(claim -> claim.claimedTwiceAt().isPresent())) {
            problems.solved(ServiceProblem.Kind.GPU_CLAIMED_TWICE, uuid);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
