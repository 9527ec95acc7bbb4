package io.emberwatch.collector.net.tls;

import io.emberwatch.protocol.auth.PemFile;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * A certificate with the ones that vouch for it, and its key. Prints without the key.
 *
 * @param chain the collector's own certificate first
 */
record KeyMaterial(List<X509Certificate> chain, PrivateKey key) {
    private static final Set<String> ALGORITHMS = Set.of("EC", "RSA");

    KeyMaterial {
        chain = List.copyOf(chain);
    }

    /**
     * Reads both and checks that they belong together.
     *
     * @throws TlsException if they cannot be used; the message names the file
     */
    static KeyMaterial of(NamedPemFile certificate, NamedPemFile key) throws TlsException {
        List<X509Certificate> chain = certificate.certificates();
        PublicKey publicKey = chain.get(0).getPublicKey();
        if (!ALGORITHMS.contains(publicKey.getAlgorithm())) {
            throw certificate.unusable(
                    "is for a key of type " + publicKey.getAlgorithm() + "; have one issued for EC or RSA", null);
        }
        KeyMaterial material = new KeyMaterial(chain, key.privateKey(publicKey.getAlgorithm()));
        if (!PemFile.belongTogether(material.leaf(), material.key())) {
            throw key.unusable(
                    "is not the key of the first certificate in " + certificate
                            + "; both files must be of one issue, and the collector's certificate must stand before"
                            + " those of CAs",
                    null);
        }
        return material;
    }

    X509Certificate leaf() {
        return chain.get(0);
    }

    /** The certificate as a PEM file. */
    String certificatePem() {
        try {
            return PemFile.encode(leaf());
        } catch (CertificateException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    /** The key as a PEM file, PKCS#8. */
    String keyPem() {
        return PemFile.encode(key);
    }

    @Override
    public String toString() {
        return "KeyMaterial[" + leaf().getSubjectX500Principal() + ", secret]";
    }
}
