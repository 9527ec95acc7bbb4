package io.emberwatch.collector.testing;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;

/** Mail servers that take any mail. */
public final class MailServers {
    private static final long START_TIMEOUT_MILLIS = 60_000;

    private MailServers() {}

    /** SMTP on loopback; not started yet. */
    public static GreenMail smtp(int port) {
        return withLongTimeouts(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    }

    /** Any one, with the time to start that a busy machine needs. */
    public static GreenMail withLongTimeouts(ServerSetup setup) {
        setup.setServerStartupTimeout(START_TIMEOUT_MILLIS);
        return new GreenMail(setup);
    }
}
