package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.outbox.RecipientTurns.Outcome;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecipientTurnsTest {
    private static final Duration LONGER_THAN_ANY_FIRST_WAIT = Duration.ofSeconds(2);

    private long nanos = Long.MAX_VALUE - 5;
    private final RecipientTurns turns = new RecipientTurns(new RetrySchedule(new Random(1)), () -> nanos);

    @Test
    void a_recipient_has_one_worker_at_a_time() {
        assertThat(turns.begin("a")).isTrue();
        assertThat(turns.begin("a")).isFalse();
        assertThat(turns.begin("b")).isTrue();

        turns.end("a", Outcome.DONE);

        assertThat(turns.begin("a")).isTrue();
    }

    @Test
    void it_is_known_whose_turn_began_last() {
        assertThat(turns.last()).isEmpty();
        turns.begin("a");
        turns.begin("b");
        turns.end("b", Outcome.DONE);
        turns.begin("a");

        assertThat(turns.last()).contains("b");
    }

    @Test
    void one_whose_mail_failed_rests_ever_longer_and_a_minute_at_most() {
        fail("a");
        assertThat(turns.isFree("a")).isFalse();
        assertThat(turns.isFree("b")).isTrue();
        pass(LONGER_THAN_ANY_FIRST_WAIT);
        for (int failures = 2; failures < 100; failures++) {
            fail("a");
            assertThat(turns.begin("a")).as("after %s failures", failures).isFalse();
            pass(RecipientTurns.LONGEST_REST);
        }
        fail("a");
        pass(RecipientTurns.LONGEST_REST.minusSeconds(1));
        assertThat(turns.begin("a")).as("after 100 failures").isFalse();
    }

    @Test
    void one_who_is_refused_until_somebody_does_something_rests_for_ten_minutes_in_the_end() {
        for (int refusals = 1; refusals < 100; refusals++) {
            assertThat(turns.begin("a")).isTrue();
            turns.end("a", Outcome.REFUSED);
            pass(Duration.ofMinutes(12));
        }
        assertThat(turns.begin("a")).isTrue();
        turns.end("a", Outcome.REFUSED);
        pass(Duration.ofMinutes(8).minusSeconds(1));

        assertThat(turns.isFree("a")).isFalse();
    }

    @Test
    void a_mail_that_is_taken_ends_the_failures() {
        for (int failures = 1; failures < 100; failures++) {
            fail("a");
            pass(RecipientTurns.LONGEST_REST);
        }
        turns.begin("a");
        turns.end("a", Outcome.DONE);
        fail("a");
        pass(LONGER_THAN_ANY_FIRST_WAIT);

        assertThat(turns.begin("a")).isTrue();
    }

    @Test
    void one_whose_mails_cannot_be_taken_from_the_outbox_rests_for_a_moment() {
        turns.begin("a");
        turns.end("a", Outcome.NO_MAILS);
        assertThat(turns.begin("a")).isFalse();

        pass(RecipientTurns.REST_WITHOUT_MAILS);

        assertThat(turns.begin("a")).isTrue();
    }

    @Test
    void a_server_that_lets_wait_gets_no_more_than_half_of_a_worker() {
        turns.begin("a");
        pass(Duration.ofSeconds(30));
        turns.end("a", Outcome.UNAVAILABLE);
        pass(Duration.ofSeconds(29));
        assertThat(turns.begin("a")).isFalse();

        pass(Duration.ofSeconds(1));

        assertThat(turns.begin("a")).isTrue();
    }

    @Test
    void a_server_that_refuses_at_once_is_tried_again_at_once() {
        turns.begin("a");
        turns.end("a", Outcome.UNAVAILABLE);

        assertThat(turns.begin("a")).isTrue();
    }

    private void fail(String recipient) {
        assertThat(turns.begin(recipient)).isTrue();
        turns.end(recipient, Outcome.FAILED);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
