package io.emberwatch.collector.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.model.GpuClaim.ProbeSession;
import io.emberwatch.collector.model.GpuClaim.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** To which machine a card belongs that two machines name; numbers are minutes. */
class GpuClaimTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final Claimant first = new Claimant(1);
    private final Claimant second = new Claimant(2);

    @Test
    void a_card_that_was_moved_is_retired_once_its_first_machine_is_back_without_it() {
        first.connects(0).shows(0).heard(100).leaves();
        second.connects(110).shows(110).heard(120);
        assertThat(first.at(120)).isEqualTo(nothing());
        assertThat(second.at(120)).isEqualTo(nothing());

        first.connects(1500).shows_it_not(1500).heard(1500);

        assertThat(first.at(1500).isRetired()).isTrue();
        assertThat(second.at(1500)).isEqualTo(nothing());
    }

    @Test
    void a_card_that_was_missing_first_is_retired_once_another_machine_has_it() {
        first.connects(0).shows(0).heard(10).shows_it_not(10).heard(100);
        second.connects(100).shows(100).heard(101);

        assertThat(first.at(101).isRetired()).isTrue();
    }

    @Test
    void what_a_machine_shows_is_not_retired_there_whoever_claims_it() {
        first.connects(0).shows(0).heard(100);
        second.connects(50).shows(50).heard(100);

        assertThat(first.at(100).isRetired()).isFalse();
        assertThat(second.at(100).isRetired()).isFalse();
    }

    @Test
    void two_machines_that_show_a_card_at_the_same_time_are_in_conflict() {
        first.connects(0).shows(0).heard(100);
        second.connects(50).shows(50).heard(100);

        assertThat(first.at(100).claimedTwiceAt()).contains(minute(100));
        assertThat(second.at(100).claimedTwiceAt()).contains(minute(100));
    }

    @Test
    void a_machine_that_went_off_before_the_other_claimed_the_card_is_in_no_conflict() {
        first.connects(0).shows(0).heard(50);
        second.connects(50).shows(50).heard(55);

        assertThat(first.at(55)).as("its connection is still open").isEqualTo(nothing());
        assertThat(second.at(55)).isEqualTo(nothing());
    }

    @Test
    void before_its_first_inventory_a_session_says_nothing_of_cards() {
        first.connects(0).shows(0).heard(50).leaves();
        second.connects(60).shows(60).heard(80);
        first.connects(80).heard(80);

        assertThat(first.at(80)).isEqualTo(nothing());
        assertThat(second.at(80)).isEqualTo(nothing());
    }

    @Test
    void a_conflict_goes_on_while_one_of_them_connects_anew() {
        first.connects(0).shows(0).heard(100).isInConflict();
        second.connects(50).shows(50).heard(100).isInConflict();
        second.leaves().connects(101).shows(101);

        assertThat(first.at(101).claimedTwiceAt()).contains(START);
        assertThat(second.at(101).claimedTwiceAt()).contains(START);
    }

    @Test
    void a_conflict_is_over_once_one_of_them_shows_the_card_no_more_or_stays_away() {
        first.connects(0).shows(0).heard(100).isInConflict();
        second.connects(50).shows(50).heard(100).isInConflict().shows_it_not(100);
        assertThat(first.at(100).claimedTwiceAt()).isEmpty();
        assertThat(second.at(100).claimedTwiceAt()).isEmpty();

        second.shows(101).heard(101).leaves();
        assertThat(first.heard(130).at(130).claimedTwiceAt()).isEmpty();
    }

    @Test
    void a_claim_made_while_the_card_was_shown_retires_nothing_when_it_drops() {
        first.connects(0).shows(0).heard(100);
        second.connects(50).shows(50).heard(100);
        first.shows_it_not(100).heard(101);

        assertThat(first.at(101).isRetired()).isFalse();
    }

    @Test
    void neither_does_one_that_is_raised_anew_after_it_was_found_out() {
        first.connects(0).shows(0).heard(51);
        second.connects(50).shows(50).heard(51);
        second.isDistrusted(second.at(51));
        assertThat(second.distrustedAt).contains(minute(51));
        second.shows_it_not(60).heard(90);
        first.heard(90).shows_it_not(90).heard(100);

        second.shows(95).heard(100);

        assertThat(first.at(100).isRetired()).isFalse();
        assertThat(second.at(100).distrustedAt()).isPresent();
    }

    @Test
    void a_claim_that_was_dropped_within_seconds_is_found_out_all_the_same() {
        second.connects(50).shows(50).shows_it_not(50).heard(51);
        first.connects(0).shows(0).heard(51);

        assertThat(second.at(51).distrustedAt()).contains(minute(51));
    }

    @Test
    void distrust_lasts_as_long_as_the_claim_and_a_week() {
        int week = 7 * 24 * 60;
        first.connects(0).shows(0).heard(3 * week);
        second.connects(50).shows(50).heard(3 * week);
        second.isDistrusted(second.at(51));
        assertThat(second.at(2 * week).distrustedAt()).contains(minute(2 * week));

        second.isDistrusted(second.at(2 * week)).shows_it_not(2 * week);
        assertThat(second.at(3 * week - 1).distrustedAt()).isPresent();
        assertThat(second.at(3 * week + 1).distrustedAt()).isEmpty();
    }

    @Test
    void a_claim_from_before_the_first_machine_showed_the_card_retires_nothing() {
        second.connects(0).shows(0).heard(100);
        first.connects(50).shows(50).heard(60).shows_it_not(60).heard(100);

        assertThat(first.at(100).isRetired()).isFalse();
    }

    @Test
    void a_claim_made_while_the_first_machine_was_away_counts_only_if_it_comes_back_without_the_card() {
        first.connects(0).shows(0).heard(50).leaves();
        second.connects(52).shows(52).heard(100);
        first.connects(55).shows(55).heard(100);
        assertThat(first.at(100).claimedTwiceAt()).isPresent();

        first.shows_it_not(100).heard(101);

        assertThat(first.at(101).isRetired()).isFalse();
    }

    @Test
    void a_card_that_comes_back_to_its_first_machine_is_retired_in_the_second() {
        first.connects(0).shows(0).heard(50).leaves();
        second.connects(60).shows(60).heard(200).leaves();
        first.connects(300).shows(300).heard(350);
        second.connects(340).shows_it_not(340).heard(350);

        assertThat(second.at(350).isRetired()).isTrue();
        assertThat(first.at(350)).isEqualTo(nothing());
    }

    private static Verdict nothing() {
        return new Verdict(false, Optional.empty(), Optional.empty());
    }

    private static Instant minute(int minute) {
        return START.plus(Duration.ofMinutes(minute));
    }

    /** What is known of one machine and the card. */
    private final class Claimant {
        private final int gpuId;
        private Instant connectedAt = START;
        private Instant inventoryAt = START;
        private Instant heardAt = START;
        private Instant since = START;
        private Instant namedAt = START;
        private boolean isOpen;
        private boolean isShown;
        private Optional<Instant> claimedTwiceAt = Optional.empty();
        private Optional<Instant> distrustedAt = Optional.empty();

        Claimant(int gpuId) {
            this.gpuId = gpuId;
        }

        Claimant connects(int minute) {
            connectedAt = minute(minute);
            isOpen = true;
            return heard(minute);
        }

        Claimant shows(int minute) {
            since = minute(minute);
            namedAt = since;
            inventoryAt = since;
            isShown = true;
            return this;
        }

        Claimant shows_it_not(int minute) {
            inventoryAt = minute(minute);
            isShown = false;
            return this;
        }

        Claimant heard(int minute) {
            heardAt = minute(minute);
            return this;
        }

        Claimant leaves() {
            isOpen = false;
            return this;
        }

        Claimant isInConflict() {
            claimedTwiceAt = Optional.of(START);
            return this;
        }

        Claimant isDistrusted(Verdict found) {
            distrustedAt = found.distrustedAt();
            return this;
        }

        Verdict at(int minute) {
            return claim().judge(List.of(first.claim(), second.claim()), minute(minute));
        }

        private GpuClaim claim() {
            return new GpuClaim(
                    gpuId,
                    "GPU-a",
                    "box" + gpuId,
                    isShown,
                    since,
                    namedAt,
                    new ProbeSession(connectedAt, inventoryAt, heardAt, isOpen),
                    claimedTwiceAt,
                    distrustedAt);
        }
    }
}
