package io.emberwatch.collector.config;

import io.emberwatch.protocol.conf.ConfException;
import io.emberwatch.protocol.conf.KeyTable;
import java.time.Instant;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

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
    private ConfOptions service = new ConfOptions("net", "ingest", "alarm", "admin", "retention", "log");

    @Mixin
    private MailOptions mail;

    /** A service that is started with a flag of former days still starts. */
    @Spec
    void addRetiredOptions(CommandSpec mixin) {
        CollectorKeys.TABLE
                .retired()
                .forEach(name -> mixin.addOption(OptionSpec.builder(KeyTable.flag(name))
                        .type(String.class)
                        .hidden(true)
                        .build()));
    }

    /**
     * Checks what no single key can: keys that must fit each other, and files that must be there.
     *
     * @param now for certificates, which end
     * @throws ConfException if something does not fit; the message names the keys
     */
    public void check(Instant now) {
        database.external();
        database.requireMigratorUser();
        mail.check();
        tls.check(address, database.data(), now);
        int writers = service.get(CollectorKeys.WRITERS);
        int connections = database.maxConnections();
        if (connections < writers + OTHER_CONNECTIONS) {
            throw new ConfException("database.max-connections must be at least " + (writers + OTHER_CONNECTIONS)
                    + " for ingest.writers = " + writers + ", but is " + connections);
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

    /** What has a value of its own: connections, ingest, alarms, the admin, retention, log. */
    public ConfOptions service() {
        return service;
    }

    public MailOptions mail() {
        return mail;
    }
}
