package io.emberwatch.probe.link.connect;

import io.emberwatch.protocol.auth.CertificateFingerprint;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * TCP with TLS 1.3, and nothing older. The handshake ends before anything of ours is sent, and with it the peer has
 * shown that it holds the key of a certificate that {@link CollectorCheck} accepts.
 */
public final class TlsConnector implements Connector {
    private static final String[] VERSIONS = {"TLSv1.3"};

    private final PlainConnector tcp;
    private final CollectorCheck check;
    private final Optional<ClientCertificate> ours;

    public TlsConnector(PlainConnector tcp, CollectorCheck check, Optional<ClientCertificate> ours) {
        this.tcp = tcp;
        this.check = check;
        this.ours = ours;
    }

    @Override
    public Connection connect() throws IOException {
        return tcp.connect(this::secured);
    }

    @Override
    public void welcomed() {
        tcp.welcomed();
    }

    private Connection secured(Socket transport, Duration timeout) throws IOException {
        try {
            SSLSocket tls = secure(transport);
            shakeHands(tls, transport, timeout);
            byte[] seen = tls.getSession().getPeerCertificates()[0].getEncoded();
            return new Connection(
                    tls, transport, CertificateFingerprint.of(seen).hash());
        } catch (IOException e) {
            transport.close();
            throw TlsProblem.inHandshake(e);
        } catch (GeneralSecurityException | RuntimeException e) {
            transport.close();
            throw new IOException("TLS cannot be used here: " + e, e);
        }
    }

    private SSLSocket secure(Socket transport) throws IOException, GeneralSecurityException {
        // A new context each time resumes no session: each one checks the certificate that the collector has now.
        SSLContext context = SSLContext.getInstance(VERSIONS[0]);
        KeyManager[] keys = ours.isPresent() ? ours.get().keyManagers() : new KeyManager[0];
        context.init(keys, new TrustManager[] {check}, new SecureRandom());
        // A host name is sent along as the name that is asked for (SNI); an address is not.
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(transport, tcp.host(), tcp.port(), true);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        if (check.comparesHostName()) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        tls.setSSLParameters(parameters);
        return tls;
    }

    private static void shakeHands(SSLSocket tls, Socket transport, Duration timeout) throws IOException {
        Deadline deadline = new Deadline(transport, timeout);
        IOException failure = null;
        try {
            tls.startHandshake();
        } catch (IOException e) {
            failure = e;
        }
        if (!deadline.end()) {
            throw TlsProblem.late(timeout);
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return tcp.toString();
    }
}
