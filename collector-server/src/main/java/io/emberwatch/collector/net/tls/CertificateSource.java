package io.emberwatch.collector.net.tls;

import java.nio.file.Path;
import java.util.List;

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
