package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Json;
import io.emberwatch.collector.cli.print.TextTable;
import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.TlsOptions;
import io.emberwatch.collector.net.tls.ServerIdentity;
import io.emberwatch.collector.net.tls.TlsException;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.protocol.auth.CertificateFingerprint;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

@Command(
        name = "show",
        description = {
            "Show what probes know the collector by: the fingerprint of its own certificate, or who issued the one that it",
            "was given. Makes its own if there is none yet."
        })
final class CertificateShow implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private AddressOptions address;

    @Mixin
    private DataOptions data;

    @Mixin
    private JsonOption json;

    CertificateShow(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Optional<TlsSettings> settings = tls.settings(address, data);
        ServerIdentity identity = load(settings);
        Optional<String> file = settings.map(TlsSettings::certificate)
                .map(source -> source.certificateFile().toString());
        json.print(
                shell,
                Json.object(
                        "encrypted", settings.isPresent(),
                        "file", file,
                        "fingerprint", identity.fingerprint().map(CertificateFingerprint::toString),
                        "issuer", identity.certificate().map(CertificateShow::issuer),
                        "valid_until", identity.certificate().map(CertificateShow::end),
                        "pinned", identity.pinned().isPresent()),
                identity.certificate()
                        .map(certificate -> text(file.orElseThrow(), certificate, identity))
                        .orElse("connections are not encrypted: listen = " + address.listen() + "; see tls\n"));
        return ExitCode.OK;
    }

    private static ServerIdentity load(Optional<TlsSettings> settings) {
        try {
            return ServerIdentity.load(settings);
        } catch (TlsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    private static String text(String file, X509Certificate certificate, ServerIdentity identity) {
        boolean pinned = identity.pinned().isPresent();
        return new TextTable("certificate", file)
                .row("fingerprint", identity.fingerprint().orElseThrow())
                .row("issued by", pinned ? "itself" : issuer(certificate))
                .row("valid until", end(certificate))
                .row(
                        "probes verify",
                        pinned ? "that fingerprint" : "the host name, and the issuer by the CAs of their system")
                .toString();
    }

    private static String issuer(X509Certificate certificate) {
        return certificate.getIssuerX500Principal().getName();
    }

    private static String end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().toString();
    }
}
