package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.TlsOptions;
import io.emberwatch.collector.net.tls.ServerIdentity;
import io.emberwatch.collector.net.tls.TlsException;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.conf.HostPort;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command needs that makes a token: how long it is valid, and what it tells the box of the collector. */
final class TokenOptions {
    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "24h",
            description = "How long the token is valid, 1m to 30d; 24h if not given.")
    private String expires;

    @Mixin
    private AddressOptions address;

    @Mixin
    private TlsOptions tls;

    /**
     * Checks the options, before anything is changed. If the collector has no certificate yet, it gets its own, as it would
     * when it starts.
     */
    TokenMaker maker(DataOptions data) {
        return new TokenMaker(
                Validation.tokenLifetime(expires), address.publicAddress().toString(), trust(data));
    }

    /** Says so where the address in a token is a guess, or cannot work as things stand. */
    void warn(Shell shell) {
        HostPort listen = address.listen();
        if (listen.isLoopback() && !address.publicAddress().isLoopback()) {
            shell.err()
                    .println("note: the collector listens on " + listen
                            + " only, so probes on other machines cannot reach it; see listen in its configuration");
        } else if (!address.isPublicAddressGiven()) {
            shell.err()
                    .println("note: " + address.publicAddress()
                            + " is a guess; set collector.public-address, or give --address");
        }
        shell.err().flush();
    }

    private CollectorTrust trust(DataOptions data) {
        Optional<TlsSettings> settings = tls.settings(address, data);
        if (settings.isEmpty()) {
            return new CollectorTrust.PlainText();
        }
        try {
            return ServerIdentity.load(settings)
                    .pinned()
                    .<CollectorTrust>map(CollectorTrust.Pinned::new)
                    .orElseGet(CollectorTrust.SystemAuthorities::new);
        } catch (TlsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }
}
