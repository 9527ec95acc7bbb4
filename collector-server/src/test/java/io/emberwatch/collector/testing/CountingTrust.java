package io.emberwatch.collector.testing;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts anybody, and counts how often it is asked: a resumed session shows no certificate. Not thread-safe. */
public final class CountingTrust extends X509ExtendedTrustManager {
    private int certificatesSeen;

    public int certificatesSeen() {
        return certificatesSeen;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        certificatesSeen++;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        certificatesSeen++;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        certificatesSeen++;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
