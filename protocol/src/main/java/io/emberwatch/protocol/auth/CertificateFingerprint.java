package io.emberwatch.protocol.auth;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SHA-256 over the DER form of a certificate: what a probe pins when no CA vouches for its collector. Immutable;
 * compares in constant time.
 */
public final class CertificateFingerprint {
    private static final String PREFIX = "sha256:";
    private static final HexFormat HEX = HexFormat.of();
    /** Our own form, and what {@code openssl x509 -fingerprint -sha256} prints. */
    private static final Pattern FORM = Pattern.compile("(?:sha256:|(?i:sha256 fingerprint=))?\\s*"
            + "(?<hex>\\p{XDigit}{64}|\\p{XDigit}{2}(?::\\p{XDigit}{2}){31})");

    private final Bytes32 hash;

    private CertificateFingerprint(Bytes32 hash) {
        this.hash = hash;
    }

    /** The fingerprint of a certificate in its DER form. */
    public static CertificateFingerprint of(byte[] der) {
        return new CertificateFingerprint(Bytes32.sha256(der));
    }

    /**
     * Reads {@code sha256:} and 64 hexadecimal digits, or what {@code openssl x509 -fingerprint -sha256} prints: digits
     * in pairs with colons between, {@code sha256 Fingerprint=} before them. Either may come without what stands before
     * the digits.
     *
     * @throws IllegalArgumentException if {@code text} is anything else; the message says what was expected, without
     *     the text
     */
    public static CertificateFingerprint parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException("must be sha256: and 64 hexadecimal digits");
        }
        String digits = form.group("hex").replace(":", "").toLowerCase(Locale.ROOT);
        return new CertificateFingerprint(Bytes32.of(HEX.parseHex(digits)));
    }

    /** The hash as it binds a proof to a connection, see {@link Transcript}. */
    public Bytes32 hash() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateFingerprint that && hash.equals(that.hash);
    }

    @Override
    public int hashCode() {
        return hash.hashCode();
    }

    /** {@code sha256:} and 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return PREFIX + HEX.formatHex(hash.toArray());
    }
}
