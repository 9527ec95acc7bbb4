package io.emberwatch.protocol.auth;

/**
 * How a probe knows that it has its own collector before it. There is no fourth way, and none that skips the check.
 */
public sealed interface CollectorTrust {
    /** TLS; the certificate is issued by an authority that the system trusts, for the host name connected to. */
    record SystemAuthorities() implements CollectorTrust {
        @Override
        public String toString() {
            return "system";
        }
    }

    /** TLS; the certificate is exactly this one. Its names and dates are of no account. */
    record Pinned(CertificateFingerprint fingerprint) implements CollectorTrust {
        @Override
        public String toString() {
            return fingerprint.toString();
        }
    }

    /** No TLS: for loopback, and for networks that are safe by other means. */
    record PlainText() implements CollectorTrust {
        @Override
        public String toString() {
            return "off";
        }
    }

    /**
     * Reads what {@code toString} writes.
     *
     * @throws IllegalArgumentException that says what was expected
     */
    static CollectorTrust parse(String text) {
        return switch (text) {
            case "system" -> new SystemAuthorities();
            case "off" -> new PlainText();
            default -> {
                if (!text.startsWith("sha256:")) {
                    throw new IllegalArgumentException(
                            "must be system, off, or sha256: and the certificate's fingerprint");
                }
                yield new Pinned(CertificateFingerprint.parse(text));
            }
        };
    }
}
