package io.emberwatch.collector.cli;

import io.emberwatch.collector.cli.print.Columns;
import io.emberwatch.collector.cli.print.Format;
import io.emberwatch.collector.config.AddressOptions;
import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.TlsOptions;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.store.Database;
import io.emberwatch.collector.store.EnrollTokenStore;
import io.emberwatch.collector.store.EnrollTokenStore.EnrollTokenRow;
import io.emberwatch.protocol.auth.Bytes32;
import io.emberwatch.protocol.auth.CollectorTrust;
import io.emberwatch.protocol.auth.EnrollToken;
import io.emberwatch.protocol.conf.HostPort;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "enroll-token",
        description = "Tokens with which hosts become machines.",
        subcommands = {
            EnrollTokenCommand.Create.class,
            EnrollTokenCommand.ListAll.class,
            EnrollTokenCommand.Revoke.class
        })
final class EnrollTokenCommand {
    private static final EnrollTokenStore TOKENS = new EnrollTokenStore();

    @Command(
            name = "create",
            description = "Make a token with which hosts enroll themselves, as new machines of an owner.")
    static final class Create extends DatabaseCommand {
        @Option(
                names = "--owner",
                required = true,
                paramLabel = "NAME",
                description = "Who is notified of the new machines' alarms.")
        private String owner;

        @Option(
                names = "--uses",
                paramLabel = "COUNT",
                defaultValue = "1",
                description = "How many hosts may enroll with it, 1 to 10000; 1 if not given.")
        private String uses;

        @Mixin
        private TokenOptions token;

        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            int count = Validation.tokenUses(uses);
            TokenMaker maker = token.maker(data());
            NewToken made = database.transact(connection -> maker.forNewMachines(
                    connection, Lookup.owner(connection, owner).id(), count));
            json.print(shell(), NewToken.COLUMNS.object(made), made.forPeople());
            token.warn(shell());
        }
    }

    @Command(
            name = "list",
            description =
                    "List the tokens, also those that are used up or expired in the last 30 days; not their secrets.")
    static final class ListAll extends DatabaseCommand {
        @Mixin
        private JsonOption json;

        @Override
        void run(Database database) throws SQLException {
            json.print(
                    shell(),
                    columns(now()),
                    database.transact(TOKENS::list),
                    "no tokens; make one with: machine add, enroll-token create\n");
        }

        private static Columns<EnrollTokenRow> columns(Instant now) {
            return Columns.of(EnrollTokenRow.class)
                    .with("ID", "id", EnrollTokenRow::id)
                    .with("FOR", ListAll::purpose, "machine", EnrollTokenRow::machine)
                    .forScripts("owner", EnrollTokenRow::owner)
                    .with("USES LEFT", "uses_left", EnrollTokenRow::usesLeft)
                    .with("EXPIRES", ListAll::expiry, "expires_at", EnrollTokenRow::expiresAt)
                    .forScripts("expired", EnrollTokenRow::isExpired)
                    .with(
                            "LAST USED",
                            token -> token.lastUsedAt().map(then -> Format.ago(then, now)),
                            "last_used_at",
                            EnrollTokenRow::lastUsedAt)
                    .with("FROM", "last_used_from", EnrollTokenRow::lastUsedFrom);
        }

        private static String purpose(EnrollTokenRow token) {
            return token.machine().map(machine -> "machine " + machine).orElse("new machines of " + token.owner());
        }

        private static String expiry(EnrollTokenRow token) {
            return token.isExpired() ? "expired" : "in " + Format.roughly(token.leftFor());
        }
    }

    @Command(
            name = "revoke",
            description =
                    "Make a token useless; machines that have enrolled with it keep their keys (see machine revoke).")
    static final class Revoke extends DatabaseCommand {
        @Parameters(paramLabel = "ID", description = "Number of the token, see enroll-token list.")
        private int id;

        @Override
        void run(Database database) throws SQLException {
            if (!database.transact(connection -> TOKENS.revoke(connection, id))) {
                throw new CommandFailed("there is no token " + id + "; see enroll-token list");
            }
            say("token " + id + " revoked");
        }
    }

    /** What every command needs that makes a token: how long it is valid, and what it says of the collector. */
    static final class TokenOptions {
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
         * Checks the options, before anything is changed. If the collector has no certificate yet, it gets its own, as
         * it would when it starts.
         */
        TokenMaker maker(DataOptions data) {
            return new TokenMaker(
                    Validation.tokenLifetime(expires), address.publicAddress().toString(), trust(data));
        }

        /** Says so where the address in a token is a guess, or cannot work as things stand. */
        void warn(Shell shell) {
            HostPort listen = address.listen();
            if (listen.isLoopback() && !address.publicAddress().isLoopback()) {
                shell.note("the collector listens on " + listen
                        + " only, so probes on other machines cannot reach it; see listen in its configuration");
            } else if (!address.isPublicAddressGiven()) {
                shell.note(address.publicAddress() + " is a guess; set collector.public-address, or give --address");
            }
        }

        private CollectorTrust trust(DataOptions data) {
            Optional<TlsSettings> settings = tls.settings(address, data);
            return settings.isEmpty()
                    ? new CollectorTrust.PlainText()
                    : CertificateCommand.identity(settings)
                            .pinned()
                            .<CollectorTrust>map(CollectorTrust.Pinned::new)
                            .orElseGet(CollectorTrust.SystemAuthorities::new);
        }
    }

    /**
     * Makes tokens that are valid for so long and lead to this collector.
     *
     * @param address host and port of the collector, as hosts reach it
     * @param trust how a host is to know the collector
     */
    record TokenMaker(Duration validFor, String address, CollectorTrust trust) {
        /** A token for a machine that was just added. */
        NewToken forMachine(Connection connection, int machineId, int ownerId) throws SQLException {
            return make(connection, Optional.of(machineId), ownerId, 1, false);
        }

        /** A token for a new key of a machine; it takes the place of those that were made for it before. */
        NewToken forNewKey(Connection connection, int machineId, int ownerId) throws SQLException {
            TOKENS.revokeOf(connection, machineId);
            return make(connection, Optional.of(machineId), ownerId, 1, true);
        }

        /** A token with which each host becomes a new machine. */
        NewToken forNewMachines(Connection connection, int ownerId, int uses) throws SQLException {
            return make(connection, Optional.empty(), ownerId, uses, false);
        }

        private NewToken make(
                Connection connection, Optional<Integer> machineId, int ownerId, int uses, boolean replacesKey)
                throws SQLException {
            Bytes32 secret = Bytes32.random(new SecureRandom());
            EnrollTokenRow row = TOKENS.create(
                    connection,
                    new EnrollTokenStore.NewToken(
                            Bytes32.sha256(secret.toArray()), machineId, ownerId, uses, validFor));
            return new NewToken(row, new EnrollToken(address, trust, secret), replacesKey);
        }
    }

    /**
     * A token that was just made: shown once, as only the hash of its secret is stored. Prints without the secret.
     *
     * @param replacesKey whether its host may have a key already, which it is to give up
     */
    record NewToken(EnrollTokenRow row, EnrollToken token, boolean replacesKey) {
        static final Columns<NewToken> COLUMNS = Columns.of(NewToken.class)
                .forScripts("machine", made -> made.row.machine())
                .forScripts("owner", made -> made.row.owner())
                .forScripts("token_id", made -> made.row.id())
                .forScripts("token", made -> made.token.text())
                .forScripts("command", NewToken::command)
                .forScripts("uses", made -> made.row.usesLeft())
                .forScripts("expires_at", made -> made.row.expiresAt())
                .forScripts("collector_address", made -> made.token.address())
                .forScripts("collector_trust", made -> made.token.trust());

        String forPeople() {
            String where = row.machine().map(machine -> "on " + machine).orElse("as root on each host");
            String uses = row.usesLeft() == 1 ? "once" : row.usesLeft() + " times";
            return "Run this " + where + ":\n\n  " + command() + "\n\n" + "The token is valid " + uses + ", until "
                    + row.expiresAt().truncatedTo(ChronoUnit.SECONDS)
                    + ". It is not shown again; to take it back: enroll-token revoke " + row.id() + "\n";
        }

        private String command() {
            return "emberwatch-probe enroll " + (replacesKey ? "--replace " : "") + token.text();
        }
    }
}
