package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.ConfException;
import java.time.Instant;
import picocli.CommandLine.Mixin;

/** Every key there is: what {@code serve} runs on, and what {@code config print} documents. */
public final class CollectorOptions {
    /** For the handshakes, the registry, the mail workers and the chores. */
    private static final int OTHER_CONNECTIONS = 6;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private AddressOptions address;

    @Mixin
    private TlsOptions tls;

    @Mixin
    private NetOptions net;

    @Mixin
    private EdgeOptions edge;

    @Mixin
    private IngestOptions ingest;

    @Mixin
    private AlarmOptions alarm;

    @Mixin
    private MailOptions mail;

    @Mixin
    private LogOptions log;

    /**
     * Checks what no single key can: keys that must fit each other, and files that must be there.
     *
     * @param now for certificates, which end
     * @throws ConfException if something does not fit; the message names the keys
     */
    public void check(Instant now) {
        database.external();
        database.requireMigratorUser();
        mail.password();
        tls.check(address, database.data(), now);
        int needed = ingest.writers() + OTHER_CONNECTIONS;
        if (database.maxConnections() < needed) {
            throw new ConfException("database.max-connections must be at least " + needed + " for ingest.writers = "
                    + ingest.writers() + ", but is " + database.maxConnections());
        }
    }

    public DatabaseOptions database() {
        return database;
    }

    public AddressOptions address() {
        return address;
    }

    public TlsOptions tls() {
        return tls;
    }

    public NetOptions net() {
        return net;
    }

    public EdgeOptions edge() {
        return edge;
    }

    public IngestOptions ingest() {
        return ingest;
    }

    public AlarmOptions alarm() {
        return alarm;
    }

    public MailOptions mail() {
        return mail;
    }

    public LogOptions log() {
        return log;
    }
}
