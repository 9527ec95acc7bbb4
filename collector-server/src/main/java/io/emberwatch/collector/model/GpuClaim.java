package io.emberwatch.collector.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one machine says of a card that others claim too, and what is to be believed of it. All times are those of the
 * database's clock. Immutable.
 *
 * @param gpuId {@code gpu.id}: the card in this machine
 * @param uuid the card's own identity
 * @param machine name of the machine
 * @param isShown whether the machine's last inventory shows the card
 * @param since when the machine began to name it, this time
 * @param namedAt when an inventory last named it
 * @param session of the machine
 * @param claimedTwiceAt when it was found that another machine shows it too; empty if none does
 * @param distrustedAt when it was last found that the machine named it while another showed it already; empty if it did
 *     not, or long ago
 */
public record GpuClaim(
        int gpuId,
        String uuid,
        String machine,
        boolean isShown,
        Instant since,
        Instant namedAt,
        ProbeSession session,
        Optional<Instant> claimedTwiceAt,
        Optional<Instant> distrustedAt) {
    /** What was in the queue when a machine went off is stored a little later. */
    static final Duration SLACK = Duration.ofSeconds(5);
    /** A machine that is away for less is the same one, still there. */
    static final Duration AWAY = Duration.ofMinutes(10);
    /** So long a machine must leave a card alone until its claim counts again. */
    static final Duration DISTRUST = Duration.ofDays(7);
    /** Distrust that lasts is noted again this often. */
    private static final Duration NOTED_AGAIN = Duration.ofHours(1);

    /**
     * The machine's latest session.
     *
     * @param connectedAt when it began
     * @param inventoryAt when the machine last sent an inventory, in this session or before
     * @param heardAt when something of it was last stored
     * @param isOpen whether it is connected
     */
    public record ProbeSession(Instant connectedAt, Instant inventoryAt, Instant heardAt, boolean isOpen) {}

    /**
     * What is to be noted of a claim.
     *
     * @param isRetired the card was taken out of this machine
     * @param claimedTwiceAt since when another machine shows the card as well; empty if none does
     * @param distrustedAt since when its claims do not retire the card elsewhere; empty if they do
     */
    public record Verdict(boolean isRetired, Optional<Instant> claimedTwiceAt, Optional<Instant> distrustedAt) {
        /** Whether there is nothing new to note. */
        public boolean isKnownOf(GpuClaim claim) {
            return !isRetired && claimedTwiceAt.equals(claim.claimedTwiceAt) && distrustedAt.equals(claim.distrustedAt);
        }
    }

    /**
     * Judges the claim.
     *
     * @param all the claims of the same card, this one among them
     */
    public Verdict judge(List<GpuClaim> all, Instant now) {
        List<GpuClaim> others = othersIn(all);
        boolean isContested = others.stream().anyMatch(other -> isContested(other, now));
        return new Verdict(
                others.stream().anyMatch(other -> isTakenOver(other, all, now)),
                isContested ? claimedTwiceAt.or(() -> Optional.of(now)) : Optional.empty(),
                distrust(all, now));
    }

    private List<GpuClaim> othersIn(List<GpuClaim> all) {
        return all.stream().filter(claim -> claim.gpuId != gpuId).toList();
    }

    /** The machine has been seen without the card, and the other began to show it only after it was seen with it. */
    private boolean isTakenOver(GpuClaim other, List<GpuClaim> all, Instant now) {
        return !isShown
                && other.isShown
                && other.since.isAfter(seenUntil())
                && other.distrust(all, now).isEmpty();
    }

    /** Both show it at the same time. One that is away for a moment is no end of it. */
    private boolean isContested(GpuClaim other, Instant now) {
        if (!isShown || !other.isShown || !isThere(now) || !other.isThere(now)) {
            return false;
        }
        Instant later = since.isAfter(other.since) ? since : other.since;
        boolean isKnown = claimedTwiceAt.isPresent() && other.claimedTwiceAt.isPresent();
        return isKnown || (wasHeardAfter(later) && other.wasHeardAfter(later));
    }

    /** It need not go on: who names a card again and again waits for the moment in which its machine loses it. */
    private Optional<Instant> distrust(List<GpuClaim> all, Instant now) {
        boolean isLate = othersIn(all).stream()
                .anyMatch(other -> other.isShown && other.since.isBefore(since) && other.wasHeardAfter(since));
        boolean isOn = isShown || namedAt.plus(DISTRUST).isAfter(now);
        if (isOn && (isLate || (isShown && distrustedAt.isPresent()))) {
            return distrustedAt.filter(at -> at.plus(NOTED_AGAIN).isAfter(now)).or(() -> Optional.of(now));
        }
        return distrustedAt.filter(at -> at.plus(DISTRUST).isAfter(now));
    }

    /** At the latest; of one that went within a session it is only known when the machine said that it is gone. */
    private Instant seenUntil() {
        return namedAt.isBefore(session.connectedAt) ? namedAt : session.inventoryAt;
    }

    private boolean wasHeardAfter(Instant time) {
        return !heardWithInventory().isBefore(time.plus(SLACK));
    }

    /** Before its first inventory a session says nothing of cards. */
    private Instant heardWithInventory() {
        return session.inventoryAt.isBefore(session.connectedAt) ? session.inventoryAt : session.heardAt;
    }

    private boolean isThere(Instant now) {
        return session.isOpen || session.heardAt.plus(AWAY).isAfter(now);
    }
}
