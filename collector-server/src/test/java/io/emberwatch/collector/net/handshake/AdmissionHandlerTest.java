package io.emberwatch.collector.net.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionHandlerTest {
    @ParameterizedTest
    @CsvSource({"0, 300", "1, 300", "299, 300", "300, 600", "301, 600", "1234, 1500"})
    void a_failure_is_answered_at_a_whole_number_of_steps_after_the_proof(long decidedMillis, long answeredMillis) {
        long waitNanos =
                AdmissionHandler.nanosToWait(Duration.ofMillis(decidedMillis).toNanos());

        assertThat(Duration.ofNanos(waitNanos).toMillis()).isEqualTo(answeredMillis - decidedMillis);
    }
}
