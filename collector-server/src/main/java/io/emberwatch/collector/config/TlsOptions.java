package io.emberwatch.collector.config;

import io.emberwatch.collector.net.tls.ServerIdentity;
import io.emberwatch.collector.net.tls.TlsException;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.HostPort;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How connections are encrypted, and what the collector shows probes to be known by. */
public final class TlsOptions extends ConfOptions {
    public TlsOptions() {
        super("tls");
    }

    /** What to run with; empty: connections are not encrypted. */
    public Optional<TlsSettings> settings(AddressOptions address, DataOptions data) {
        return isOn(address.listen())
                ? Optional.of(new TlsSettings(
                        certificate(address, data), find(CollectorKeys.TLS_CLIENT_CA_FILE), TlsSettings.LOOK_INTERVAL))
                : Optional.empty();
    }

    /** Whether plain text was asked for in so many words. */
    public boolean isOff() {
        return mode().equals(CollectorKeys.TLS_OFF);
    }

    /** @throws ConfException if keys do not fit each other, or files will not do */
    void check(AddressOptions address, DataOptions data, Instant now) {
        Optional<Path> certificate = find(CollectorKeys.TLS_CERTIFICATE_FILE);
        if (certificate.isPresent() != find(CollectorKeys.TLS_KEY_FILE).isPresent()) {
            throw new ConfException("tls.certificate-file and tls.key-file go together, but only "
                    + (certificate.isPresent() ? "tls.certificate-file" : "tls.key-file")
                    + " is set; set both or neither");
        }
        if (find(CollectorKeys.TLS_CLIENT_CA_FILE).isPresent() && !isOn(address.listen())) {
            throw new ConfException("tls.client-ca-file is set, but connections are not encrypted with tls = " + mode()
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

    private String mode() {
        return get(CollectorKeys.TLS);
    }

    private boolean isOn(HostPort listen) {
        return mode().equals(CollectorKeys.TLS_ON) || (mode().equals(CollectorKeys.TLS_AUTO) && !listen.isLoopback());
    }

    private CertificateSource certificate(AddressOptions address, DataOptions data) {
        Optional<Path> certificate = find(CollectorKeys.TLS_CERTIFICATE_FILE);
        Optional<Path> key = find(CollectorKeys.TLS_KEY_FILE);
        return certificate.isPresent() && key.isPresent()
                ? new CertificateSource.Given(certificate.get(), key.get())
                : new CertificateSource.Own(
                        data.folder().resolve("tls"),
                        List.of(address.publicAddress().host(), AddressOptions.hostName()));
    }
}
