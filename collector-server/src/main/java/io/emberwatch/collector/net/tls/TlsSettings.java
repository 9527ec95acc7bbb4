package io.emberwatch.collector.net.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How connections are encrypted.
 *
 * @param certificate where the collector's certificate and key are
 * @param clientCaFile CAs of which one must have signed the certificate that a probe brings; empty: probes need none
 * @param lookInterval how often to look whether files have changed; a change counts once it was seen twice
 */
public record TlsSettings(CertificateSource certificate, Optional<Path> clientCaFile, Duration lookInterval) {
    /** Soon enough for whoever has just renewed a certificate, and a trifle to read. */
    public static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);

    /** Where the collector's certificate and key are. */
    public sealed interface CertificateSource {
        Path certificateFile();

        Path keyFile();

        /** What errors call the certificate. */
        String certificateName();

        /** What errors call the key. */
        String keyName();

        /** The operator's files, for instance from an ACME client; both PEM. */
        record Given(Path certificateFile, Path keyFile) implements CertificateSource {
            @Override
            public String certificateName() {
                return "tls.certificate-file";
            }

            @Override
            public String keyName() {
                return "tls.key-file";
            }
        }

        /**
         * The collector's own, made when first needed.
         *
         * @param folder only for these files
         * @param hosts names and literal addresses by which probes know the collector
         */
        record Own(Path folder, List<String> hosts) implements CertificateSource {
            public Own {
                hosts = List.copyOf(hosts);
            }

            @Override
            public Path certificateFile() {
                return folder.resolve("certificate.pem");
            }

            @Override
            public Path keyFile() {
                return folder.resolve("key.pem");
            }

            @Override
            public String certificateName() {
                return "the collector's own certificate";
            }

            @Override
            public String keyName() {
                return "the key of the collector's own certificate";
            }
        }
    }
}
