package io.emberwatch.collector.config;

import static io.emberwatch.protocol.conf.Kind.absolutePath;
import static io.emberwatch.protocol.conf.Kind.byteSize;
import static io.emberwatch.protocol.conf.Kind.choice;
import static io.emberwatch.protocol.conf.Kind.duration;
import static io.emberwatch.protocol.conf.Kind.hostPort;
import static io.emberwatch.protocol.conf.Kind.secret;
import static io.emberwatch.protocol.conf.Kind.text;
import static io.emberwatch.protocol.conf.Kind.wholeNumber;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.emberwatch.collector.mail.outbox.EhloName;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.net.limits.AddressRanges;
import io.emberwatch.collector.store.MessageIds;
import io.emberwatch.protocol.conf.HostPort;
import io.emberwatch.protocol.conf.Key;
import io.emberwatch.protocol.conf.KeyTable;
import io.emberwatch.protocol.conf.Kind;
import jakarta.mail.internet.AddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Every key of the collector's configuration, in the order of its reference; all else is derived from this table. */
public final class CollectorKeys {
    static final String EMBEDDED = "embedded";
    static final String TLS_AUTO = "auto";
    static final String TLS_ON = "on";
    static final String TLS_OFF = "off";
    static final String NONE = "none";
    private static final int MILLION = 1_000_000;
    private static final Kind<Path> FILE = absolutePath("FILE");
    private static final Kind<String> PASSWORD = secret("PASSWORD", password -> password);
    private static final Kind<Duration> REMINDER = duration(ofMinutes(1), ofDays(30));
    private static final Kind<Duration> AGE = duration(ofDays(1), ofDays(3650));
    private static final KeyTable.Builder KEYS = new KeyTable.Builder();

    static final Key<String> DATABASE_URL = KEYS.key("database.url", databaseUrl(), EMBEDDED)
            .text(
                    "MySQL 8.0+ or MariaDB 10.6+, as jdbc:mysql://host:port/schema; or embedded, which runs a MariaDB",
                    "of the collector's own in data.dir.");
    static final Key<String> DATABASE_USER = KEYS.key("database.user", text("NAME"), "emberwatch")
            .text("User of the database. The embedded one has its own.");
    static final Key<String> DATABASE_PASSWORD = KEYS.optional("database.password", PASSWORD, NONE)
            .text("Password of that user; not taken as a flag, which others on this host can read.");
    static final Key<Path> DATABASE_PASSWORD_FILE = KEYS.optional("database.password-file", FILE, NONE)
            .text("File that holds the password alone, instead of database.password.");
    static final Key<String> DATABASE_MIGRATOR_USER = KEYS.optional("database.migrator-user", text("NAME"), NONE)
            .text(
                    "User that migrate connects as: it may change the schema, which the collector's own user then need not.",
                    "Without it, migrate uses database.user. The embedded database has its own.");
    static final Key<String> DATABASE_MIGRATOR_PASSWORD = KEYS.optional("database.migrator-password", PASSWORD, NONE)
            .text("Password of that user; not taken as a flag, which others on this host can read.");
    static final Key<Path> DATABASE_MIGRATOR_PASSWORD_FILE = KEYS.optional(
                    "database.migrator-password-file", FILE, NONE)
            .text(
                    "File that holds the password alone, instead of database.migrator-password. Only migrate reads it, so",
                    "it need not be readable for the service.");
    static final Key<Integer> DATABASE_MAX_CONNECTIONS = KEYS.key(
                    "database.max-connections", wholeNumber(2, 1000), "10")
            .text("Most connections to the database at a time.");

    static final Key<Path> DATA_DIR = KEYS.optional(
                    "data.dir", absolutePath("FOLDER"), "/var/lib/emberwatch for root, else ~/.local/share/emberwatch")
            .text(
                    "Where the embedded database, the collector's own certificate and the mails of mail.url = file: are",
                    "kept.");

    static final Key<HostPort> LISTEN = KEYS.key("listen", hostPort(), "127.0.0.1:7411")
            .text(
                    "Address that probes connect to; 0.0.0.0:7411 for every interface, [::]:7411 for IPv6 too. Beyond loopback",
                    "connections are encrypted, unless tls = off.");
    static final Key<HostPort> PUBLIC_ADDRESS = KEYS.optional(
                    "collector.public-address", hostPort(), "this host's name and the port of listen")
            .text("How probes reach that address from outside; machine add prints it.");

    static final Key<String> TLS = KEYS.key("tls", choice("MODE", List.of(TLS_AUTO, TLS_ON, TLS_OFF)), TLS_AUTO)
            .text(
                    "Whether connections are encrypted (TLS 1.3). auto: yes, unless listen is a loopback address. off sends",
                    "everything in plain text, wherever it goes.");
    static final Key<Path> TLS_CERTIFICATE_FILE = KEYS.optional("tls.certificate-file", FILE, NONE)
            .text(
                    "The collector's certificate and after it those that vouch for it (PEM), for instance from an ACME client.",
                    "A renewed one is taken up without a restart. If none is given, the collector makes its own, which probes",
                    "know by its fingerprint; see certificate show.");
    static final Key<Path> TLS_KEY_FILE = KEYS.optional("tls.key-file", FILE, NONE)
            .text("The key of that certificate: PEM, PKCS#8, EC or RSA, without a passphrase.");
    static final Key<Path> TLS_CLIENT_CA_FILE = KEYS.optional("tls.client-ca-file", FILE, NONE)
            .text("If given, probes must bring a certificate issued by one of the CAs in this file (PEM).");

    public static final Key<Integer> MAX_CONNECTIONS = KEYS.key("net.max-connections", wholeNumber(1, MILLION), "20000")
            .text("Most connections at a time. Where as many probes are connected, more are asked to come back later.");
    public static final Key<Duration> HELLO_TIMEOUT = KEYS.key(
                    "net.hello-timeout", duration(ofSeconds(1), ofMinutes(1)), "10s")
            .text("How long a new connection may take to say who it is.");
    public static final Key<Duration> IDLE_TIMEOUT = KEYS.key(
                    "net.idle-timeout", duration(ofSeconds(10), ofHours(1)), "90s")
            .text(
                    "How long a probe may stay mute, its pings included, or leave unread what it is sent; then it is cut off.");
    public static final Key<Integer> MAX_CONNECTIONS_PER_ADDRESS = KEYS.key(
                    "net.max-connections-per-address", wholeNumber(1, MILLION), "2000")
            .text(
                    "Most connections of one address (an IPv4 address, or an IPv6 /64) at a time, half of them unauthenticated.",
                    "All probes behind one NAT share an address, here and in the keys below.");
    public static final Key<Integer> NEW_CONNECTIONS_PER_S = KEYS.key(
                    "net.new-connections-per-s", wholeNumber(1, MILLION), "100")
            .text(
                    "New connections that one address may make a second, in the long run; after a pause, ten times as many.");
    public static final Key<Integer> MAX_FAILURES = KEYS.key("net.max-failures", wholeNumber(1, 10_000), "20")
            .text(
                    "Failures that one address may make in 10 minutes before it is known who speaks (wrong key, no HELLO in",
                    "time, bytes that are none of the protocol): a quarter is free, the rest is answered late, one more",
                    "shuts the address out. Each machine that is connected from there allows ten times as many again.");
    public static final Key<Duration> SHUT_OUT = KEYS.key("net.shut-out", duration(ofSeconds(10), ofDays(1)), "10m")
            .text("How long an address is shut out: its new connections are closed at once.");
    public static final Key<Integer> FRAMES_PER_S = KEYS.key("net.frames-per-s", wholeNumber(1, MILLION), "200")
            .text(
                    "Frames that one machine may send a second, in the long run; after a pause, ten times as many at once.",
                    "One that sends more is read later.");
    public static final Key<Integer> READINGS_PER_S = KEYS.key("net.readings-per-s", wholeNumber(1, MILLION), "20000")
            .text(
                    "Readings that one machine may send a second, in the long run; after a pause, five times as many at once:",
                    "its backlog after an outage, for example.");
    public static final Key<AddressRanges> PROXY_FROM = KEYS.optional("net.proxy-from", addressRanges(), NONE)
            .text(
                    "Addresses of TCP balancers in front of the collector. From these, and no others, every connection must",
                    "begin with a PROXY protocol header, version 2; limits and logs then go by the client's address.");

    public static final Key<Long> QUEUE_BYTES = KEYS.key("ingest.queue-bytes", byteSize(1L << 20, 1L << 36), "64MiB")
            .text(
                    "What waits to be written; when that takes more, the collector stops reading from sockets. One machine may",
                    "fill a 32nd of it; one that has nothing in it is let in until it is twice as large.");
    public static final Key<Integer> WRITERS = KEYS.key("ingest.writers", wholeNumber(1, 64), "2")
            .text("Threads that write readings, each on a connection of its own.");
    public static final Key<Integer> MAX_BATCH_READINGS = KEYS.key(
                    "ingest.max-batch-readings", wholeNumber(1, 20_000), "2000")
            .text("Most readings written in one transaction.");

    public static final Key<Duration> REPEAT_WARNING = KEYS.key("alarm.repeat-warning", REMINDER, "4h")
            .text("How often the owner is reminded of a warning that lasts and that nobody has acknowledged.");
    public static final Key<Duration> REPEAT_CRITICAL =
            KEYS.key("alarm.repeat-critical", REMINDER, "1h").text("The same for critical alarms.");
    public static final Key<Duration> SETTLE = KEYS.key("alarm.settle", duration(Duration.ZERO, ofHours(1)), "1m")
            .text(
                    "A condition that is over twice within this time must stay over for as long before its alarm ends; what",
                    "returns sooner is counted in the same alarm, without a mail. 0s: whatever returns is a new alarm.");
    public static final Key<Integer> PER_MINUTE = KEYS.key("alarm.per-minute", wholeNumber(1, 100_000), "30")
            .text(
                    "Alarms of one machine that are mailed a minute, in the long run; after a pause, 200 at once. Beyond that,",
                    "what lasts is mailed later, the most urgent first.");

    static final Key<String> MAIL_URL = KEYS.optional("mail.url", mailUrl(), "file: and the folder mail in data.dir")
            .text(
                    "Mail server: smtp://, smtps:// or smtp+starttls:// with [user@]host[:port], where the user may be an",
                    "address (smtps://me@qq.com@smtp.qq.com); or file:FOLDER, which only writes each mail into a folder,",
                    "for trying it out.");
    static final Key<String> MAIL_FROM = KEYS.optional("mail.from", mailAddress(), "emberwatch@ and this host's name")
            .text("Sender of the mails.");
    static final Key<String> MAIL_PASSWORD = KEYS.optional("mail.password", PASSWORD, NONE)
            .text("Password of the user in mail.url; not taken as a flag, which others on this host can read.");
    static final Key<Path> MAIL_PASSWORD_FILE = KEYS.optional("mail.password-file", FILE, NONE)
            .text("File that holds the password alone, instead of mail.password.");
    static final Key<Path> MAIL_CA_FILE = KEYS.optional("mail.ca-file", FILE, "the authorities that Java knows")
            .text(
                    "Certificates of the authorities that may vouch for the mail server, no others then (PEM): for a private",
                    "authority, or the server's own certificate if nobody issued it. Read for each connection.");
    static final Key<String> MAIL_EHLO_NAME = KEYS.optional(
                    "mail.ehlo-name", ehloName(), "this host's full name, or its address if it has none")
            .text("Name by which the collector greets the mail server; some take mails only from one that DNS knows.");
    static final Key<Duration> MAIL_TIMEOUT = KEYS.key("mail.timeout", duration(ofSeconds(5), ofMinutes(10)), "1m")
            .text("How long the mail server may take for each step; to connect it has 10s at most.");

    public static final Key<String> ADMIN_MAIL = KEYS.optional("admin.mail", adminAddress(), NONE)
            .text(
                    "Whom to mail, rarely, of what concerns the service and not one owner: a database that cannot be written,",
                    "mails that the mail server refuses, readings that cannot be stored, a certificate that expires. The command status",
                    "shows the same.");

    public static final Key<Duration> KEEP_ALARMS = KEYS.key("retention.alarms", AGE, "400d")
            .text(
                    "How long alarms that are over are kept, with what happened to them and their mails. What is open is",
                    "never deleted. Readings are kept until the partitions of their days are dropped.");
    public static final Key<Duration> KEEP_MAILS = KEYS.key("retention.mails", AGE, "90d")
            .text("How long mails are kept that were sent, or given up because their recipient does not exist.");
    public static final Key<Duration> KEEP_REJECTED_READINGS = KEYS.key("retention.rejected-readings", AGE, "30d")
            .text("How long readings are kept that could not be stored as they were; 10000 of each machine at most.");
    public static final Key<Duration> KEEP_GPUS = KEYS.key("retention.gpus", duration(ofDays(30), ofDays(3650)), "400d")
            .text(
                    "How long XID errors of GPUs are kept, 10000 of each GPU at most, and GPUs that were taken out of their",
                    "machine.");
    public static final Key<Duration> KEEP_AHEAD = KEYS.key("retention.ahead", AGE, "7d")
            .text(
                    "How long readings are kept that were dated more than a day ahead of the collector's clock; 100000 of",
                    "each machine and each GPU at most.");

    public static final Key<String> LOG_LEVEL = KEYS.key(
                    "log.level", choice("LEVEL", List.of("error", "warn", "info", "debug", "trace")), "info")
            .text("How much the running collector logs.");

    /** Closed once every key is in it; behind the prefix stand the keys that older versions had. */
    public static final KeyTable TABLE = KEYS.build(
            "EMBERWATCH_COLLECTOR_",
            "net.new-connections-burst",
            "net.max-unauthenticated",
            "net.max-unauthenticated-per-address",
            "net.failure-window",
            "net.max-addresses",
            "net.frames-burst",
            "net.readings-burst",
            "net.max-undelivered-bytes");

    private CollectorKeys() {}

    /** Drivers and pools repeat a URL in what they say, so no secret may stand in it. */
    private static Kind<String> databaseUrl() {
        String allowed = "embedded or jdbc:mysql://host:port/schema, with neither user nor password in it";
        return Kind.of("URL", allowed, url -> {
            boolean isMySql = url.matches("jdbc:mysql://[^/@\\s]+/[^/@?\\s]+(\\?[^@\\s]*)?");
            return Kind.require(url.equals(EMBEDDED) || (isMySql && !Secrets.isInUrl(url)), url);
        });
    }

    private static Kind<AddressRanges> addressRanges() {
        String allowed = "addresses or ranges in CIDR form separated by commas, no bit set behind a prefix, for example"
                + " 10.0.0.5, 10.1.0.0/16, fd00:1::/64";
        return Kind.of("CIDRS", allowed, AddressRanges::parse);
    }

    private static Kind<String> mailUrl() {
        String allowed =
                "smtp://, smtps:// or smtp+starttls:// with [user@]host[:port] and no password, or file:/folder";
        return Kind.of("URL", allowed, url -> {
            MailDestination.parse(url);
            return url;
        });
    }

    private static Kind<String> ehloName() {
        String allowed = "a host's full name, for example watch.example.org, or an address as [192.0.2.1] or"
                + " [IPv6:2001:db8::1]";
        return Kind.of("NAME", allowed, name -> Kind.require(EhloName.isOne(name), name));
    }

    private static Kind<String> adminAddress() {
        return Kind.of("ADDRESS", "a mail address, for example admin@example.org", address -> {
            try {
                return MailMessages.parseAddress(address).getAddress();
            } catch (AddressException e) {
                throw new IllegalArgumentException("not a mail address", e);
            }
        });
    }

    /** The domain becomes part of every Message-ID. */
    private static Kind<String> mailAddress() {
        return Kind.of("ADDRESS", "a mail address, for example emberwatch@example.org", address -> {
            new MessageIds(MailMessages.from(address).domain());
            return address;
        });
    }
}
