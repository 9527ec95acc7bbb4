package io.emberwatch.collector.net.tls;

import io.emberwatch.collector.net.tls.TlsSettings.CertificateSource;
import io.emberwatch.collector.problem.ServiceProblem.Kind;
import io.emberwatch.collector.problem.ServiceProblems;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's side of TLS. Follows its files: new connections get what they hold now, those that are open stay as they
 * are, and files that will not do change nothing. Thread-safe.
 */
public final class ServerTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final TlsSettings settings;
    private final Clock clock;
    private final ServiceProblems problems;
    private final ScheduledExecutorService timer;
    private volatile TlsContext context;

    /** Touched by {@link #look} alone once the timer runs, as is {@link #reminder}. */
    private final FileWatch watch;

    private final ExpiryReminder reminder = new ExpiryReminder();

    private ServerTls(TlsSettings settings, Clock clock, ServiceProblems problems, TlsFiles files) throws TlsException {
        this.settings = settings;
        this.clock = clock;
        this.problems = problems;
        this.context = TlsContext.of(files, clock.instant());
        this.watch = new FileWatch(files.digest());
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "certificates");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Reads the files, after making the collector's own if they are not there yet, and starts to follow them.
     *
     * @param problems whom to tell of a certificate that is about to expire
     * @throws TlsException if they cannot be used; the message says what to do
     */
    public static ServerTls start(TlsSettings settings, Clock clock, ServiceProblems problems) throws TlsException {
        if (settings.certificate() instanceof CertificateSource.Own own) {
            OwnCertificate.ensure(own, Keytool.ofThisJava());
        }
        ServerTls tls = new ServerTls(settings, clock, problems, TlsFiles.read(settings));
        LOG.info("{}", tls.context.describe());
        tls.warnOfOpenKey();
        tls.remind();
        // look never throws, so the timer never ends and its future says nothing.
        long intervalMillis = settings.lookInterval().toMillis();
        var unused = tls.timer.scheduleWithFixedDelay(tls::look, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
        return tls;
    }

    /**
     * A handler for one new connection, on which nothing was said yet. Sets no deadline for the peer: its user must.
     */
    public SslHandler newHandler(ByteBufAllocator allocator) {
        return context.newHandler(allocator);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private void look() {
        try {
            if (watch.isNews(stateOfFiles())) {
                takeUp();
            }
            remind();
        } catch (RuntimeException e) {
            // Thrown out of here, it would end the timer for good.
            LOG.error("cannot follow the certificate's files, keeping the certificate in use", e);
        }
    }

    private String stateOfFiles() {
        try {
            return TlsFiles.read(settings).digest();
        } catch (TlsException e) {
            return e.getMessage();
        }
    }

    private void takeUp() {
        try {
            TlsFiles files = TlsFiles.read(settings);
            if (files.digest().equals(context.digest())) {
                LOG.info("the certificate's files are again what is in use");
                return;
            }
            context = TlsContext.of(files, clock.instant());
            LOG.info("new connections from now on: {}", context.describe());
            warnOfOpenKey();
        } catch (TlsException e) {
            LOG.warn("keeping the certificate in use: {}", e.getMessage());
        }
    }

    private void warnOfOpenKey() {
        Path key = settings.certificate().keyFile();
        if (TlsFiles.isOpenToOthers(key)) {
            LOG.warn("everybody on this machine may read {}; close it: chmod o-rwx {}", key, key);
        }
    }

    private void remind() {
        String file = settings.certificate().certificateFile().toString();
        Instant now = clock.instant();
        if (ExpiryReminder.isValidForLong(context.certificate(), now)) {
            problems.solved(Kind.CERTIFICATE_EXPIRES, file);
        } else {
            reminder.remind(context.certificate(), now)
                    .ifPresent(words -> problems.report(Kind.CERTIFICATE_EXPIRES, file, words));
        }
    }
}
