package io.emberwatch.collector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.cli.CommandRun.Result;
import io.emberwatch.collector.testing.TestCertificates;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sees of TLS before the collector runs. */
class CertificateCommandTest {
    private static final TestCertificates.Issued OWN = TestCertificates.selfSigned();

    private final CommandRun shell = CommandRun.withoutDatabase();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "auto, 127.0.0.1:7411,         false",
        "auto, [::1]:7411,             false",
        "auto, localhost:7411,         false",
        "auto, 0.0.0.0:7411,           true",
        "auto, 127.0.0.1.example:7411, true",
        "on,   127.0.0.1:7411,         true",
        "off,  0.0.0.0:7411,           false"
    })
    void connections_are_encrypted_beyond_loopback_unless_plain_text_is_asked_for(
            String mode, String listen, boolean encrypted) {
        String shown = show("--tls=" + mode, "--listen=" + listen, "--json");

        assertThat(shown).contains("\"encrypted\":" + encrypted);
    }

    @Test
    void a_self_signed_certificate_is_pinned() {
        assertThat(show("--tls=on"))
                .contains("fingerprint    " + OWN.fingerprint())
                .contains("issued by      itself")
                .contains("probes verify  that fingerprint");
    }

    @Test
    void a_certificate_of_a_ca_is_not_pinned_because_it_may_be_renewed() {
        TestCertificates.Issued server = TestCertificates.serverOfCa();

        assertThat(shell.ok(
                        "certificate",
                        "show",
                        "--tls=on",
                        "--json",
                        "--tls-certificate-file=" + server.certificateFile(),
                        "--tls-key-file=" + server.keyFile()))
                .contains("\"issuer\":\"CN=ca\"")
                .contains("\"pinned\":false")
                .contains("\"fingerprint\":\"" + server.fingerprint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --tls yes                                  | tls must be auto, on or off, but is 'yes' (the command line)
            --tls-certificate-file CERT                | tls.certificate-file and tls.key-file go together, but only tls.certificate-file is set
            --tls-key-file KEY                         | go together, but only tls.key-file is set; set both or neither
            --tls-client-ca-file CERT                  | tls.client-ca-file is set, but connections are not encrypted with tls = auto and listen = 127.0.0.1:7411; set tls = on
            --tls on --tls-client-ca-file KEY          | tls.client-ca-file KEY holds no certificate
            --tls on --tls-client-ca-file /nowhere     | cannot read tls.client-ca-file /nowhere: there is no such file
            --tls on --tls-certificate-file CERT --tls-key-file OTHER | tls.key-file OTHER is not the key of the first certificate
            --tls on --tls-certificate-file EXPIRED --tls-key-file RSA | EXPIRED was valid until 2021-01-01T
            --tls-key-file key.pem                     | tls.key-file must be a path that begins with /
            """)
    void mistake_is_reported_in_one_line_before_the_collector_starts(String options, String message) {
        for (String command : new String[] {"config check ", "serve "}) {
            Result result = shell.run((command + named(options)).split(" "));

            assertThat(result.err())
                    .startsWith("error: ")
                    .contains(named(message))
                    .hasLineCount(1);
            assertThat(result.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void a_check_makes_no_certificate() {
        shell.ok("config", "check", "--tls=on", "--data-dir=" + folder);

        assertThat(folder).isEmptyDirectory();
    }

    private String show(String... options) {
        String[] command = new String[options.length + 4];
        command[0] = "certificate";
        command[1] = "show";
        command[2] = "--tls-certificate-file=" + OWN.certificateFile();
        command[3] = "--tls-key-file=" + OWN.keyFile();
        System.arraycopy(options, 0, command, 4, options.length);
        return shell.ok(command);
    }

    private static String named(String text) {
        return text.replace("CERT", OWN.certificateFile().toString())
                .replace("OTHER", TestCertificates.anotherSelfSigned().keyFile().toString())
                .replace(
                        "EXPIRED",
                        TestCertificates.expiredRsa().certificateFile().toString())
                .replace("RSA", TestCertificates.expiredRsa().keyFile().toString())
                .replace("KEY", OWN.keyFile().toString());
    }
}
