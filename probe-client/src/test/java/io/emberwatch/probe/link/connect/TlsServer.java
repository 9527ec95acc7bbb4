package io.emberwatch.probe.link.connect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** Takes one TLS connection and keeps what comes out of it decrypted, until its end. */
public final class TlsServer implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final SSLServerSocket server;
    private final ByteArrayOutputStream decrypted = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> heard = new CompletableFuture<>();
    private volatile String client = "";

    private TlsServer(SSLServerSocket server) {
        this.server = server;
    }

    public static TlsServer start(SSLContext context, boolean wantsCertificate, String... versions) throws IOException {
        return start(context, wantsCertificate, InetAddress.getLoopbackAddress(), 0, versions);
    }

    /** At another address, on the same port. */
    static TlsServer start(SSLContext context, boolean wantsCertificate, String address, TlsServer beside)
            throws IOException {
        return start(context, wantsCertificate, InetAddress.getByName(address), beside.port());
    }

    private static TlsServer start(
            SSLContext context, boolean wantsCertificate, InetAddress address, int port, String... versions)
            throws IOException {
        SSLServerSocket socket =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 5, address);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setNeedClientAuth(wantsCertificate);
        if (versions.length > 0) {
            socket.setEnabledProtocols(versions);
        }
        TlsServer server = new TlsServer(socket);
        Thread thread = new Thread(server::serve, "tls-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    int port() {
        return server.getLocalPort();
    }

    public PlainConnector at(String host) {
        return new PlainConnector(
                host, port(), Duration.ofMillis(TIMEOUT_MILLIS), name -> new InetAddress[] {server.getInetAddress()});
    }

    /** All that was said, once the connection is over, however it ended. */
    byte[] heard() throws Exception {
        return heard.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The subject of the certificate that the client showed. */
    String client() {
        return client;
    }

    private void serve() {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.startHandshake();
            client = subject(socket);
            socket.getInputStream().transferTo(decrypted);
        } catch (SSLException | java.net.SocketException e) {
            // That is how a connection ends that is refused.
            decrypted.writeBytes(new byte[0]);
        } catch (IOException e) {
            heard.completeExceptionally(e);
        } finally {
            heard.complete(decrypted.toByteArray());
        }
    }

    private static String subject(SSLSocket socket) {
        try {
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSubjectX500Principal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
