package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.TlsOptions;
import io.emberwatch.collector.net.tls.ServerIdentity;
import io.emberwatch.collector.net.tls.TlsException;
import io.emberwatch.collector.net.tls.TlsSettings;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

@Command(
        name = "certificate",
        description = "What probes know the collector by.",
        subcommands = CertificateCommand.Show.class)
final class CertificateCommand {
    /** @throws CommandFailed if there is none that works */
    static ServerIdentity identity(Optional<TlsSettings> settings) {
        try {
            return ServerIdentity.load(settings);
        } catch (TlsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    @Command(
            name = "show",
            description = {
                "Show what probes know the collector by: the fingerprint of its own certificate,"
                        + " or who issued the one that it",
                "was given. Makes its own if there is none yet."
            })
    static final class Show extends ShellCommand {
        private static final Columns<Shown> COLUMNS = Columns.of(Shown.class)
                .forScripts("encrypted", shown -> shown.settings().isPresent())
                .with(
                        "certificate",
                        "file",
                        shown -> shown.settings()
                                .map(settings -> settings.certificate().certificateFile()))
                .with("fingerprint", "fingerprint", shown -> shown.identity().fingerprint())
                .with(
                        "issued by",
                        shown -> shown.isPinned() ? Optional.of("itself") : shown.issuer(),
                        "issuer",
                        Shown::issuer)
                .with(
                        "valid until",
                        "valid_until",
                        shown -> shown.identity()
                                .certificate()
                                .map(certificate -> certificate.getNotAfter().toInstant()))
                .with(
                        "probes verify",
                        shown -> shown.isPinned()
                                ? "that fingerprint"
                                : "the host name, and the issuer by the CAs of their system",
                        "pinned",
                        Shown::isPinned);

        @Mixin
        private TlsOptions tls;

        @Mixin
        private AddressOptions address;

        @Mixin
        private DataOptions data;

        @Mixin
        private JsonOption json;

        private record Shown(Optional<TlsSettings> settings, ServerIdentity identity) {
            boolean isPinned() {
                return identity.pinned().isPresent();
            }

            Optional<String> issuer() {
                return identity.certificate()
                        .map(certificate -> certificate.getIssuerX500Principal().getName());
            }
        }

        @Override
        public Integer call() {
            Optional<TlsSettings> settings = tls.settings(address, data);
            Shown shown = new Shown(settings, identity(settings));
            json.print(
                    shell(),
                    COLUMNS.object(shown),
                    shown.identity().certificate().isPresent()
                            ? COLUMNS.sheet(shown)
                            : "connections are not encrypted: listen = " + address.listen() + "; see tls\n");
            return ExitCode.OK;
        }
    }
}
