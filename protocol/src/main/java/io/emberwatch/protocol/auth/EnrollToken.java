package io.emberwatch.protocol.auth;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * All that a host needs to become a machine of a fleet, in one text that can be copied. Its text is a secret; it prints
 * without it. Immutable.
 *
 * <pre>
 * "ewt1_" base64url( address (u16 length, UTF-8) │ trust (likewise) │ secret (32) │ checksum (4) )
 * </pre>
 */
public final class EnrollToken {
    private static final String PREFIX = "ewt1_";
    private static final int CHECKSUM_BYTES = 4;
    /** A token of today has about 190; this is room for the longest host name. */
    private static final int MAX_LENGTH = 1000;

    private final String address;
    private final CollectorTrust trust;
    private final Bytes32 secret;

    /**
     * @param address host:port of the collector
     * @param trust how the host is to know the collector
     */
    public EnrollToken(String address, CollectorTrust trust, Bytes32 secret) {
        this.address = address;
        this.trust = trust;
        this.secret = secret;
    }

    /**
     * A token as it was copied; white space around it, and line breaks in it, do no harm.
     *
     * @throws IllegalArgumentException that says what to do, without quoting the secret
     */
    public static EnrollToken parse(String copied) {
        String text = copied.replaceAll("\\s", "");
        if (!text.startsWith(PREFIX) || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "not a token: it must begin with " + PREFIX + ", as machine add or enroll-token create printed it");
        }
        try {
            byte[] all = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
            byte[] content = Arrays.copyOf(all, Math.max(0, all.length - CHECKSUM_BYTES));
            byte[] checksum = Arrays.copyOfRange(all, content.length, all.length);
            if (!MessageDigest.isEqual(checksum, checksum(content))) {
                throw new IllegalArgumentException("checksum");
            }
            return read(new DataInputStream(new ByteArrayInputStream(content)));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the token was not copied whole: copy it again, from " + PREFIX + " to its end");
        }
    }

    /** Host and port of the collector, as the admin's configuration gives it. */
    public String address() {
        return address;
    }

    public CollectorTrust trust() {
        return trust;
    }

    public Bytes32 secret() {
        return secret;
    }

    /** What the admin copies to the host. */
    public String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(address);
            out.writeUTF(trust.toString());
            out.write(secret.toArray());
            out.write(checksum(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static EnrollToken read(DataInputStream in) throws IOException {
        return new EnrollToken(
                in.readUTF(), CollectorTrust.parse(in.readUTF()), Bytes32.of(in.readNBytes(Bytes32.LENGTH)));
    }

    private static byte[] checksum(byte[] content) {
        return Arrays.copyOf(Hashes.sha256(content), CHECKSUM_BYTES);
    }

    @Override
    public String toString() {
        return "EnrollToken[" + address + ", " + trust + ", secret]";
    }
}
