package io.emberwatch.collector.config;

import io.emberwatch.collector.net.tls.CertificateSource;
import io.emberwatch.collector.net.tls.ServerIdentity;
import io.emberwatch.collector.net.tls.TlsException;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.protocol.conf.ConfException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How connections are encrypted, and what the collector shows probes to be known by. */
public final class TlsOptions {
    enum Mode {
        AUTO,
        ON,
        OFF;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--tls",
            descriptionKey = "tls",
            paramLabel = "MODE",
            defaultValue = "auto",
            converter = Kinds.OnOff.class,
            description = {
                "Whether connections are encrypted (TLS 1.3). auto: yes, unless listen is a loopback address. off sends",
                "everything in plain text, wherever it goes."
            })
    private Mode mode;

    @Option(
            names = "--tls-certificate-file",
            descriptionKey = "tls.certificate-file",
            paramLabel = "FILE",
            converter = Kinds.AbsolutePath.class,
            description = {
                "The collector's certificate and after it those that vouch for it (PEM), for instance from an ACME client.",
                "A renewed one is taken up without a restart. If none is given, the collector makes its own, which probes",
                "know by its fingerprint; see certificate show."
            })
    private Path certificateFile;

    @Option(
            names = "--tls-key-file",
            descriptionKey = "tls.key-file",
            paramLabel = "FILE",
            converter = Kinds.AbsolutePath.class,
            description = "The key of that certificate: PEM, PKCS#8, EC or RSA, without a passphrase.")
    private Path keyFile;

    @Option(
            names = "--tls-client-ca-file",
            descriptionKey = "tls.client-ca-file",
            paramLabel = "FILE",
            converter = Kinds.AbsolutePath.class,
            description = "If given, probes must bring a certificate issued by one of the CAs in this file (PEM).")
    private Path clientCaFile;

    /** What to run with; empty: connections are not encrypted. */
    public Optional<TlsSettings> settings(AddressOptions address, DataOptions data) {
        return isOn(address.listen())
                ? Optional.of(new TlsSettings(
                        certificate(address, data), Optional.ofNullable(clientCaFile), TlsSettings.LOOK_INTERVAL))
                : Optional.empty();
    }

    /** Whether plain text was asked for in so many words. */
    public boolean isOff() {
        return mode == Mode.OFF;
    }

    /** @throws ConfException if keys do not fit each other, or files will not do */
    void check(AddressOptions address, DataOptions data, Instant now) {
        if ((certificateFile == null) != (keyFile == null)) {
            throw new ConfException("tls.certificate-file and tls.key-file go together, but only "
                    + (keyFile == null ? "tls.certificate-file" : "tls.key-file") + " is set; set both or neither");
        }
        if (clientCaFile != null && !isOn(address.listen())) {
            throw new ConfException("tls.client-ca-file is set, but connections are not encrypted with tls = " + mode
                    + " and listen = " + address.listen() + "; set tls = on, or remove tls.client-ca-file");
        }
        Optional<TlsSettings> settings = settings(address, data);
        try {
            if (settings.isPresent()) {
                ServerIdentity.check(settings.get(), now);
            }
        } catch (TlsException e) {
            throw new ConfException(e.getMessage(), e);
        }
    }

    private boolean isOn(HostPort listen) {
        return mode == Mode.ON || (mode == Mode.AUTO && !listen.isLoopback());
    }

    private CertificateSource certificate(AddressOptions address, DataOptions data) {
        return certificateFile != null && keyFile != null
                ? new CertificateSource.Given(certificateFile, keyFile)
                : new CertificateSource.Own(
                        data.folder().resolve("tls"),
                        List.of(address.publicAddress().host(), AddressOptions.hostName()));
    }
}
