package io.emberwatch.collector.mail.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ServerRestTest {
    private final DeliveryException wrongPassword = new DeliveryException(Kind.LOGIN_REFUSED, "535 wrong", false, null);
    private final DeliveryException away = new DeliveryException(Kind.UNAVAILABLE, "refused", true, null);
    private final DeliveryException blocked = new DeliveryException(Kind.UNAVAILABLE, "554 blocked", false, null);
    private final DeliveryException mailboxFull = new DeliveryException(Kind.DEFERRED, "452 full", false, null);

    private long nanos = Long.MAX_VALUE - 5;
    private final ServerRest rest = new ServerRest(new RetrySchedule(new Random(1)), () -> nanos);

    @Test
    void what_nobody_knows_yet_is_tried_by_one_alone_and_then_by_all() throws Exception {
        rest.begin();
        assertThat(rest.isOver()).isFalse();
        assertThatThrownBy(rest::begin).isInstanceOf(DeliveryException.class);

        rest.end(Optional.empty());

        rest.begin();
        assertThat(rest.isOver()).isTrue();
    }

    @Test
    void a_refused_password_is_asked_again_three_times_in_a_minute_and_later_every_five_minutes() throws Exception {
        assertThat(attemptsWithin(Duration.ofMinutes(1), wrongPassword)).isLessThanOrEqualTo(3);
        assertThat(attemptsWithin(Duration.ofMinutes(10), wrongPassword)).isLessThanOrEqualTo(4);
        assertThat(attemptsWithin(Duration.ofHours(1), wrongPassword)).isEqualTo(12);
    }

    @Test
    void a_server_that_is_away_is_asked_once_a_minute_in_the_end() throws Exception {
        attemptsWithin(Duration.ofMinutes(10), away);

        assertThat(attemptsWithin(Duration.ofHours(1), away)).isBetween(59, 75);
    }

    @Test
    void a_server_that_wants_nothing_of_us_is_asked_every_ten_minutes_in_the_end() throws Exception {
        attemptsWithin(Duration.ofHours(2), blocked);

        assertThat(attemptsWithin(Duration.ofHours(2), blocked)).isBetween(10, 15);
    }

    @Test
    void who_may_not_begin_hears_what_the_last_one_met() throws Exception {
        attempt(wrongPassword);

        assertThat(rest.isOver()).isFalse();
        assertThatThrownBy(rest::begin).isSameAs(wrongPassword);
    }

    @Test
    void a_mailbox_that_is_full_shows_that_the_server_works() throws Exception {
        attempt(away);
        nanos += Duration.ofMinutes(1).toNanos();

        attempt(mailboxFull);

        assertThat(rest.isOver()).isTrue();
        attempt(wrongPassword);
        nanos += ServerRest.FIRST_AFTER_LOGIN.toNanos();
        assertThat(rest.isOver()).as("begins anew").isTrue();
    }

    private int attemptsWithin(Duration time, DeliveryException failure) throws DeliveryException {
        int attempts = 0;
        for (long second = 0; second < time.toSeconds(); second++) {
            if (rest.isOver()) {
                attempt(failure);
                attempts++;
            }
            nanos += Duration.ofSeconds(1).toNanos();
        }
        return attempts;
    }

    private void attempt(DeliveryException failure) throws DeliveryException {
        rest.begin();
        rest.end(Optional.of(failure));
    }
}
