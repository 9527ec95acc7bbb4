package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.store.embedded.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the collector's own certificate where there is none. Whoever comes first makes it, {@code serve} or a command;
 * its folder appears whole or not at all, so a crash leaves nothing broken and two processes agree. Stateless.
 */
final class OwnCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(OwnCertificate.class);
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
    private static final Pattern LABELS = Pattern.compile(
            "(?!.{254})[A-Za-z0-9]([A-Za-z0-9-]{0,62}(?<!-))?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}(?<!-))?)*");

    private OwnCertificate() {}

    /**
     * Sees to it that certificate and key are there.
     *
     * @throws TlsException if they cannot be made, or one of them is gone
     */
    static void ensure(CertificateSource.Own own, Keytool keytool) throws TlsException {
        boolean noCertificate = Files.notExists(own.certificateFile());
        boolean noKey = Files.notExists(own.keyFile());
        // The certificate once more: another process may have moved both in between the two looks.
        boolean isOneGone = noKey ? !noCertificate : Files.notExists(own.certificateFile());
        if (noCertificate && noKey) {
            make(own, keytool);
        } else if (isOneGone) {
            // Probes may have the certificate pinned: a new one would lock them all out.
            throw new TlsException((noKey ? own.keyFile() : own.certificateFile()) + " is missing, but "
                    + (noKey ? own.certificateFile() : own.keyFile())
                    + " is there: put it back from a backup; or remove "
                    + own.folder() + " for a new certificate, whose fingerprint every probe must then be given");
        }
    }

    /** What a certificate may say of these hosts, in the tool's words; never empty. */
    static List<String> subjectAltNames(List<String> hosts) {
        List<String> names = hosts.stream()
                .map(host -> host.replaceFirst("%.*", ""))
                .filter(host -> isAddress(host) || LABELS.matcher(host).matches())
                .map(host -> (isAddress(host) ? "ip:" : "dns:") + host)
                .distinct()
                .toList();
        return names.isEmpty() ? List.of("dns:localhost") : names;
    }

    private static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    private static void make(CertificateSource.Own own, Keytool keytool) throws TlsException {
        Path dataDir = own.folder().toAbsolutePath().getParent();
        try {
            Files.createDirectories(dataDir);
            Path fresh = Files.createTempDirectory(dataDir, own.folder().getFileName() + ".new-");
            try {
                requireSameOwner(dataDir, fresh);
                fill(fresh, own, keytool);
                moveUnlessThere(fresh, own);
            } finally {
                delete(fresh);
            }
        } catch (TlsException e) {
            throw e;
        } catch (IOException e) {
            throw new TlsException(
                    "cannot keep a certificate in " + own.folder() + ": "
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "; let the user " + System.getProperty("user.name")
                            + " write there, set data.dir, or give tls.certificate-file and tls.key-file",
                    e);
        }
    }

    /** Root may write anywhere, but the key that it leaves would be unreadable for the service. */
    private static void requireSameOwner(Path dataDir, Path fresh) throws IOException {
        String owner = Files.getOwner(dataDir).getName();
        if (!owner.equals(Files.getOwner(fresh).getName())) {
            throw new TlsException(dataDir + " belongs to " + owner + ", but this runs as "
                    + Files.getOwner(fresh).getName() + ": run it as " + owner + " (runuser -u " + owner
                    + " -- emberwatch-collector ...)");
        }
    }

    private static void fill(Path fresh, CertificateSource.Own own, Keytool keytool) throws IOException {
        Path work = Files.createDirectory(fresh.resolve("work"));
        KeyMaterial material = keytool.selfSigned(work, subjectAltNames(own.hosts()));
        PrivateFiles.deleteFolderIfExists(work);
        PrivateFiles.write(fresh.resolve(own.keyFile().getFileName()), material.keyPem());
        PrivateFiles.write(fresh.resolve(own.certificateFile().getFileName()), material.certificatePem());
    }

    private static void moveUnlessThere(Path fresh, CertificateSource.Own own) throws IOException {
        try {
            // A folder is never moved over another that holds anything.
            Files.move(fresh, own.folder(), StandardCopyOption.ATOMIC_MOVE);
            LOG.info("made the collector's own certificate {}", own.certificateFile());
        } catch (IOException e) {
            if (Files.exists(own.certificateFile()) && Files.exists(own.keyFile())) {
                LOG.debug("another process was first", e);
                return;
            }
            if (Files.isDirectory(own.folder())) {
                throw new TlsException(
                        own.folder() + " is for the collector's own certificate alone, but holds other files:"
                                + " move them elsewhere",
                        e);
            }
            throw e;
        }
    }

    private static void delete(Path folder) {
        try {
            PrivateFiles.deleteFolderIfExists(folder);
        } catch (IOException e) {
            LOG.warn("cannot remove {}; remove it by hand: {}", folder, e.toString());
        }
    }
}
