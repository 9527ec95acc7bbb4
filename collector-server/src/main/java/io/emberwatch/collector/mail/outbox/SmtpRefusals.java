package io.emberwatch.collector.mail.outbox;

import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.DEFERRED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.LOGIN_REFUSED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.REJECTED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.UNAVAILABLE;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may go wrong with a mail, what it means and what to do about it, as two tables. Only an answer that says that the
 * recipient does not exist ends a mail; everything else can be put right or passes, and the mail waits.
 */
final class SmtpRefusals {
    /** Where in a conversation something was refused. */
    enum Step {
        /** Connecting, the server's greeting, EHLO and STARTTLS. */
        CONNECT,
        AUTH,
        MAIL,
        RCPT,
        DATA,
        /** The end of the content, at which a server takes the mail or not. */
        END
    }

    private static final Set<Step> ANY = EnumSet.allOf(Step.class);
    private static final Set<Step> CONNECT = EnumSet.of(Step.CONNECT);
    private static final Set<Step> AUTH = EnumSet.of(Step.AUTH);
    private static final Set<Step> MAIL = EnumSet.of(Step.MAIL);
    private static final Set<Step> UP_TO_MAIL = EnumSet.range(Step.CONNECT, Step.MAIL);
    private static final Set<Step> UP_TO_DATA = EnumSet.range(Step.CONNECT, Step.DATA);
    /** Also the end: some answer for the recipient only there. There is one recipient to a mail. */
    private static final Set<Step> RECIPIENT = EnumSet.of(Step.RCPT, Step.END);

    // Words of mail servers, as regular expressions in small letters; what is too vague stands in none of them.

    /** Also where a server asks the sender's own server, which does not know the sender: no such user, but not ours. */
    private static final String SENDER =
            "send[- ]?as|(unknown|bad) sender|sender (address |domain |e?mail )?(is )?(rejected|refused|denied|"
                    + "not |un|must|verif|mismatch|invalid|does)|verification failed for|not owned by|"
                    + "(mail ?from|from address|from header|envelope).{0,20} (must|should|not)|(null|invalid|empty) sender|"
                    + "^5.*\\b(spf|dmarc|dkim)\\b|发件人";

    private static final String EHLO = "\\b(helo|ehlo)\\b|fully[- ]qualified host";
    private static final String BLOCKED = "block ?-?list|black ?-?list|deny ?-?list|spamhaus|barracuda|spamcop|sorbs|"
            + "dnsbl|\\brbl\\b|\\b(s3140|ipcheck)\\b|(bad|poor|low) reputation|"
            + "(client|host|\\bip\\b|address \\[?\\d|server|network|connection)[^;]{0,60}"
            + "(block|listed|banned|reject|refused|denied|not (allowed|permitted))|"
            + "reverse (dns|hostname)|\\bptr\\b|cannot find your (reverse )?hostname";
    /** Some say this at the end, too, where other words are about the content. */
    private static final String BLOCKED_BY_ADDRESS = "^\\d+ [45]\\.7\\.(25|50[123]|511|6[0-4]\\d|7[0-4]\\d) |"
            + "reputation of the sending ip|the ip you're using|\\bip is rejected";

    private static final String RELAY = "relay(ing)?( access| attempt)?( is)? ?"
            + "(denied|not|prohibited|refused|disallowed)|(not|unable|cannot|don't|denied)[^.;]{0,20} relay|rcpthosts|no relay";
    private static final String NO_SUCH_RECIPIENT =
            "validrcptto|no such (e-?mail )?(user|mailbox|recipient|address|account|person)|"
                    + "unknown (local )?(user|recipient|mailbox|account|address|local[- ]?part|e-?mail)|"
                    + "(user|recipient|rcpt|mailbox|account|addressee|e-?mail address|local part)"
                    + "( name| address| specified)?( that)?( you tried to reach)?( <[^>]*>| [^ ]+@[^ ]+)?:? (is |was |has been )?"
                    + "(unknown|not found|non-?existent|doe?sn'?t exist|does not exist|not exist|not known)|"
                    + "non[- ]?existent (account|user|mailbox|recipient|address)|"
                    + "not a (valid|known) (mailbox|user|recipient|account)|invalid (mailbox|recipient|user)|"
                    + "no mailbox here|doesn'?t have an? .{0,40}account|"
                    + "(用户|收件人|邮箱|帐号|账号|账户|地址|收件地址)不存在|无此用户|查无此人|没有此用户|无此邮箱";
    private static final String FULL = "over ?-?quota|mailbox[^.;]{0,20}full|full mailbox|"
            + "(?!.*(daily|hourly|sending|per day))((mailbox|inbox|recipient|user)[^.;]{0,30}(quota|space|storage)|(mailbox|inbox)[^.;]{0,30}exceed)|"
            + "storage allocation|邮箱.{0,10}(已?满|空间)";
    private static final String SENT_TOO_MANY = "(daily|hourly|per (day|hour|minute)|sending|send|sender|outgoing|"
            + "outbound|your (account|message|e?mail|sending))[^.;]{0,40}(limit|quota|exceed)|"
            + "(limit|quota)[^.;]{0,30}(for sending|per (day|hour)|sender)|exceed[^.;]{0,40}(messages|sending|rate|mails)|"
            + "too many (messages|mails|emails)|credits? exceed|messages per (day|hour|minute)|(发送|发信|超过).{0,20}(限制|上限|限额)";
    private static final String TOO_FAST = "rate ?-?limit|throttl|frequen|频率|sending rate|"
            + "too (many|much) (connection|concurrent|session|error)|(?<!receiving mail )too (fast|quickly)";
    private static final String TOO_LARGE =
            "(message|mail)[^.;]{0,20} size|size limit|(message|mail) (is )?too (big|large)|exceed[^.;]{0,30}size";
    private static final String CONTENT =
            "spam|virus|malware|phish|unsolicited|junk|content|suspicious|uribl|surbl|垃圾|违规|敏感";
    private static final String ENCRYPT = "(must|require|first|need|only).*(starttls|encrypt|\\btls\\b)|"
            + "(starttls|encrypt\\w*|\\btls\\b).*(must|require|first|need)";
    private static final String LOG_IN = "(authentication|log ?-?in|auth) (is )?(required|needed|first)|"
            + "not (authenticated|logged in)|unauthenticated (?!e?-?mail)|must (authenticate|log ?in|be authenticated)|"
            + "(authenticate|log ?in) (first|before)|need to (authenticate|log ?in)";
    private static final String APP_PASSWORD = "authori[sz]ation code|授权码|app(lication)?[- ](specific )?password|"
            + "basic ?auth|smtpclientauth|web ?login|less secure|has no permission|service not open|not enabled";
    private static final String LATER = "too many|temporar|rate ?limit|frequen|try (again )?later|频";
    private static final String NO_DOMAIN = "domain[^.;]{0,40}(not found|does not exist|unknown|invalid)|"
            + "host (name )?(unknown|not found)|unrouteable|no (mx|route)";

    private static final String LOG_IN_ADVICE = "it takes mails only from who logs in: write the user into mail.url"
            + " (smtp+starttls://user@host) and give the password in mail.password-file";
    private static final String PASSWORD_ADVICE = "it refuses the user in mail.url or the password: correct them"
            + " (mail.password-file) and restart the service; they are asked again rarely, lest the account be locked";
    private static final String EHLO_ADVICE =
            "it does not like the name by which this host greets it: set mail.ehlo-name to"
                    + " the host's full name as DNS knows it";

    private static final String BLOCKED_ADVICE =
            "it does not take mails from this host's network address: have the address taken off the block list, or send"
                    + " by way of a mail server that you log in to (mail.url)";

    /**
     * One line of the tables.
     *
     * @param steps where it may be said
     * @param says found in what is said
     * @param advice what it means and what to do, for a person
     * @param passes whether it is expected to pass without anybody's help
     */
    record Row(Set<Step> steps, Pattern says, Kind kind, String advice, boolean passes) {
        private boolean fits(Step step, String said) {
            return steps.contains(step) && says.matcher(said).find();
        }
    }

    private static Row row(Set<Step> steps, String says, Kind kind, String advice) {
        return new Row(steps, Pattern.compile(says), kind, advice, false);
    }

    private static Row passing(Set<Step> steps, String says, Kind kind, String advice) {
        return new Row(steps, Pattern.compile(says), kind, advice, true);
    }

    /** From top to bottom; the first row that fits counts. */
    private static final List<Row> ANSWERS = List.of(
            // The login.
            row(
                    AUTH,
                    "no authentication mechanisms|^5(03|04|38) |" + ENCRYPT,
                    LOGIN_REFUSED,
                    "it offers no way to log in that Emberwatch knows (PLAIN, LOGIN, DIGEST-MD5, NTLM), perhaps because"
                            + " the connection is not encrypted: write smtp+starttls:// or smtps:// in mail.url"),
            row(
                    AUTH,
                    "^5\\d\\d 5\\.7\\.(9|14|139) |" + APP_PASSWORD,
                    LOGIN_REFUSED,
                    "it wants another password than the account's: allow SMTP on the provider's web page, have it make an"
                            + " app password or authorization code, and give that in mail.password-file"),
            row(
                    AUTH,
                    "^4|" + LATER,
                    LOGIN_REFUSED,
                    "it takes no logins at present, perhaps because there were too many: they are tried again, rarely; if"
                            + " it stays so, see the user in mail.url and the password"),
            row(AUTH, "", LOGIN_REFUSED, PASSWORD_ADVICE),
            row(ANY, "^53[45] |^5\\d\\d 5\\.7\\.[89] ", LOGIN_REFUSED, PASSWORD_ADVICE),
            row(
                    UP_TO_DATA,
                    "^538 |" + ENCRYPT,
                    UNAVAILABLE,
                    "it takes mails on an encrypted connection only: write smtp+starttls:// (port 587 or 25) or"
                            + " smtps:// (port 465) in mail.url"),
            row(
                    RECIPIENT,
                    "resolver\\.rst|^5\\d\\d 5\\.7\\.1(2[349]|3[34]) |permission to post",
                    DEFERRED,
                    "the mailbox or group takes mails of some senders only: have it take those of mail.from"),
            row(ANY, "^530 |^5\\d\\d 5\\.7\\.57 |" + LOG_IN, UNAVAILABLE, LOG_IN_ADVICE),

            // Who we are, and how much we send: as true for the next mail as for this one.
            row(UP_TO_DATA, EHLO, UNAVAILABLE, EHLO_ADVICE),
            row(CONNECT, "^50[14] ", UNAVAILABLE, EHLO_ADVICE),
            row(
                    ANY,
                    "^\\d+ [45]\\.1\\.[78] |^5\\d\\d 5\\.7\\.(60|2[67]) |" + SENDER,
                    UNAVAILABLE,
                    "it does not take mails of this sender: set mail.from to an address that it takes from the user in"
                            + " mail.url, often that user's own, or have the server allow it"),
            row(
                    RECIPIENT,
                    "^5\\d\\d 5\\.1\\.(1|6|10) .*(" + NO_SUCH_RECIPIENT + ")",
                    REJECTED,
                    "there is no such recipient"),
            row(
                    ANY,
                    "^\\d+ [45]\\.(3\\.4|2\\.3) |" + TOO_LARGE,
                    DEFERRED,
                    "the mail is too large for the mail server: have it take larger ones"),
            row(
                    RECIPIENT,
                    "^\\d+ [45]\\.2\\.2 |^552 (?!5|.*not found)|" + FULL,
                    DEFERRED,
                    "the recipient's mailbox is full: ask its owner to make room"),
            passing(
                    ANY,
                    "^\\d+ [45]\\.4\\.5 |" + SENT_TOO_MANY,
                    UNAVAILABLE,
                    "it has taken as many mails of this sender as it takes for now: they wait until it takes some again;"
                            + " have the quota raised, or use another mail server"),
            passing(
                    ANY,
                    "^\\d+ 4\\.7\\.28 |" + TOO_FAST,
                    UNAVAILABLE,
                    "it wants fewer mails or connections at a time: they wait, and are tried more rarely"),
            passing(
                    RECIPIENT,
                    "gr[ae]y ?-?list|postgrey",
                    DEFERRED,
                    "greylisting: it takes the mail when it is tried again after some minutes"),
            row(
                    RECIPIENT,
                    RELAY,
                    DEFERRED,
                    "it does not pass mails on to this recipient's domain for us: log in (user in mail.url), have it allow"
                            + " this host, or use another mail server"),
            row(UP_TO_DATA, BLOCKED, UNAVAILABLE, BLOCKED_ADVICE),
            row(ANY, BLOCKED_BY_ADDRESS, UNAVAILABLE, BLOCKED_ADVICE),

            // The recipient.
            row(
                    RECIPIENT,
                    "^5\\d\\d 5\\.1\\.(1|3|6|10) |^5\\d\\d .*(" + NO_SUCH_RECIPIENT + ")",
                    REJECTED,
                    "there is no such recipient"),
            row(
                    RECIPIENT,
                    "^\\d+ [45]\\.(1\\.2|4\\.[46]) |" + NO_DOMAIN,
                    DEFERRED,
                    "the domain of the recipient's address is not found: correct the address (owner edit), or the mail"
                            + " server's DNS"),
            row(
                    RECIPIENT,
                    "^5\\d\\d 5\\.6\\.|^5.*(" + CONTENT + ")",
                    DEFERRED,
                    "it does not like what the mail says: have the mail server let mails of mail.from through"),

            // Whatever else there is.
            passing(UP_TO_MAIL, "^4", UNAVAILABLE, "it cannot take mails at present"),
            passing(UP_TO_DATA, "^421 |^4\\d\\d 4\\.3\\.", UNAVAILABLE, "it cannot take mails at present"),
            passing(ANY, "^4", DEFERRED, "it cannot take this mail at present"),
            row(
                    MAIL,
                    "",
                    UNAVAILABLE,
                    "it does not take mails of this sender or this host: see mail.from, mail.ehlo-name and the user in"
                            + " mail.url"),
            row(
                    CONNECT,
                    "",
                    UNAVAILABLE,
                    "it does not talk to this host: ask who runs it, or use another one (mail.url)"),
            row(
                    ANY,
                    "",
                    DEFERRED,
                    "it does not say that the recipient does not exist, so the mail waits: ask who runs the mail server"
                            + " why it refuses the mail, and see the owner's address"));

    /** What goes wrong without an answer of a server, by what the errors of this JVM say. */
    private static final List<Row> TROUBLES = List.of(
            row(
                    CONNECT,
                    "STARTTLS is required",
                    UNAVAILABLE,
                    "the mail server offers no encryption here: use its port for that, mostly 587, or smtps:// (port 465)"
                            + " in mail.url"),
            row(
                    CONNECT,
                    "NotAfter|CertificateExpired",
                    UNAVAILABLE,
                    "the mail server's certificate has expired: have it renewed, and see this host's clock"),
            row(
                    CONNECT,
                    "NotBefore|CertificateNotYetValid",
                    UNAVAILABLE,
                    "the mail server's certificate is not valid yet: see the clocks of this host and of the mail server"),
            row(
                    CONNECT,
                    "No subject alternative|No name matching",
                    UNAVAILABLE,
                    "the mail server's certificate is for another name than the one in mail.url: write a name that stands"
                            + " in it into mail.url, or have one made for this name"),
            row(
                    CONNECT,
                    "PKIX path|certification path|trust anchor",
                    UNAVAILABLE,
                    "the mail server's certificate was issued by an authority that is not trusted here: set mail.ca-file to"
                            + " a file with the certificate of that authority (PEM)"),
            row(
                    CONNECT,
                    "ValidatorException|CertificateException|CertPath",
                    UNAVAILABLE,
                    "the mail server's certificate cannot be used: have one made for a mail server"),
            row(
                    CONNECT,
                    "protocol_version|protocol version|appropriate protocol|handshake_failure|insufficient_security",
                    UNAVAILABLE,
                    "the mail server speaks no encryption that is safe today: have it offer TLS 1.2 or 1.3"),
            row(
                    CONNECT,
                    "Unsupported or unrecognized SSL message|plaintext connection",
                    UNAVAILABLE,
                    "the mail server does not begin with encryption at this port: write smtp+starttls:// instead of"
                            + " smtps:// in mail.url, or use its port for that, mostly 465"),
            passing(
                    CONNECT,
                    "Unknown SMTP host|UnknownHost",
                    UNAVAILABLE,
                    "there is no host of this name: correct mail.url, or this host's DNS"),
            passing(
                    CONNECT,
                    "Connection refused|No route to host",
                    UNAVAILABLE,
                    "nothing answers there: see whether the mail server runs, and the port in mail.url"),
            passing(
                    UP_TO_DATA,
                    "timed out|Timeout",
                    UNAVAILABLE,
                    "the mail server did not answer in time: see whether a firewall is in between and whether the port in"
                            + " mail.url is right (465 wants smtps://), or give it longer (mail.timeout)"),
            passing(
                    EnumSet.of(Step.END),
                    "",
                    DEFERRED,
                    "the mail server did not say whether it took the mail, and may have: it is sent again with the same"
                            + " Message-ID"),
            row(
                    CONNECT,
                    "bad greeting(?!.*\\[EOF])",
                    UNAVAILABLE,
                    "what answers there is no mail server: see the host and the port in mail.url"),
            passing(ANY, "", UNAVAILABLE, "the connection broke"));

    private SmtpRefusals() {}

    /**
     * What an answer of a mail server means.
     *
     * @param said in small letters, with its codes: {@code 550 5.1.1 user unknown}, where the second number may be missing
     */
    static Row ofAnswer(Step step, String said) {
        return first(ANSWERS, step, said);
    }

    /**
     * What it means that there was no answer.
     *
     * @param said by the errors of this JVM
     */
    static Row ofTrouble(Step step, String said) {
        return first(TROUBLES, step, said);
    }

    private static Row first(List<Row> table, Step step, String said) {
        return table.stream().filter(row -> row.fits(step, said)).findFirst().orElseThrow();
    }
}
