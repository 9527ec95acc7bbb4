package io.emberwatch.collector.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.testing.TestCertificates;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExpiryReminderTest {
    private final X509Certificate certificate =
            TestCertificates.selfSigned().chain().get(0);
    private final Instant begin = certificate.getNotBefore().toInstant();
    private final Instant end = certificate.getNotAfter().toInstant();
    private final ExpiryReminder reminder = new ExpiryReminder();

    @Test
    void says_nothing_while_there_is_time() {
        assertThat(reminder.remind(certificate, begin)).isEmpty();
        assertThat(reminder.remind(certificate, end.minus(Duration.ofDays(14)))).isEmpty();
    }

    @Test
    void reminds_once_a_day_in_the_last_two_weeks_and_after() {
        Instant now = end.minus(Duration.ofDays(13));

        assertThat(reminder.remind(certificate, now))
                .get()
                .asString()
                .contains("is valid until " + end + " only: renew");
        assertThat(reminder.remind(certificate, now.plus(Duration.ofHours(23)))).isEmpty();
        assertThat(reminder.remind(certificate, now.plus(Duration.ofHours(24)))).isPresent();
        assertThat(reminder.remind(certificate, end.plus(Duration.ofDays(1))))
                .get()
                .asString()
                .contains("was valid until " + end + " only: renew");
    }

    @Test
    void wonders_about_a_certificate_of_the_future() {
        assertThat(reminder.remind(certificate, begin.minusSeconds(1)))
                .get()
                .asString()
                .contains("valid only from " + begin)
                .contains("clock");
    }
}
