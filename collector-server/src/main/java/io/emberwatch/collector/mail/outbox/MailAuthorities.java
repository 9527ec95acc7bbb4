package io.emberwatch.collector.mail.outbox;

import io.emberwatch.protocol.auth.PemFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** The authorities in {@code mail.ca-file}, which alone vouch for the mail server then. */
public final class MailAuthorities {
    private MailAuthorities() {}

    /**
     * Sockets that trust these authorities and no others.
     *
     * @throws IOException if the file will not do; says which file it is, and why
     */
    public static SSLSocketFactory read(Path caFile) throws IOException {
        String which = "mail.ca-file " + caFile;
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (X509Certificate certificate : PemFile.read(caFile).certificates()) {
                trusted.setCertificateEntry(Integer.toString(number++), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (NoSuchFileException e) {
            throw new IOException("cannot read " + which + ": there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "cannot read " + which + ": let the user " + System.getProperty("user.name") + " read it", e);
        } catch (PemFile.UnusableException e) {
            throw new IOException(which + " " + why(e.problem()), e);
        } catch (GeneralSecurityException e) {
            throw new IOException(which + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static String why(PemFile.Problem problem) {
        return switch (problem) {
            case TOO_LONG -> "has more than 1 MiB: is it the right file?";
            case NO_CERTIFICATE -> "holds no certificate (no -----BEGIN CERTIFICATE-----): it must be PEM";
            default -> "holds a certificate that cannot be read; copy it again";
        };
    }
}
