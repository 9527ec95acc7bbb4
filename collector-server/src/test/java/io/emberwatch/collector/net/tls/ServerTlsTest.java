package io.emberwatch.collector.net.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.emberwatch.collector.testing.ManualClock;
import io.emberwatch.collector.testing.TestCertificates;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerTlsTest {
    private final TestCertificates.Issued certificate = TestCertificates.selfSigned();

    @Test
    void a_certificate_that_is_about_to_expire_is_a_problem_of_the_service() throws Exception {
        Instant end = certificate.chain().get(0).getNotAfter().toInstant();

        assertThat(problemsAt(end.minus(Duration.ofDays(15))).all()).isEmpty();
        assertThat(problemsAt(end.minus(Duration.ofDays(13))).all())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(Kind.CERTIFICATE_EXPIRES);
                    assertThat(problem.subject())
                            .isEqualTo(certificate.certificateFile().toString());
                    assertThat(problem.text()).contains("is valid until " + end + " only: renew it");
                });
    }

    private ServiceProblems problemsAt(Instant now) throws TlsException {
        ManualClock clock = new ManualClock(now);
        ServiceProblems problems = new ServiceProblems(clock);
        TlsSettings settings = new TlsSettings(
                new CertificateSource.Given(certificate.certificateFile(), certificate.keyFile()),
                Optional.empty(),
                Duration.ofHours(1));
        ServerTls.start(settings, clock, problems).close();
        return problems;
    }
}
