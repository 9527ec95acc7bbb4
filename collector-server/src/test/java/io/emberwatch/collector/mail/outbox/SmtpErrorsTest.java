package io.emberwatch.collector.mail.outbox;

import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.DEFERRED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.LOGIN_REFUSED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.REJECTED;
import static io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException.Kind.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.SmtpRefusals.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What mail servers really say; in brackets the public report that it is from, where there is one. */
class SmtpErrorsTest {
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "RCPT | 550 5.1.1 <wang@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
                "RCPT | 550 5.1.1 <wang@example.org>: Recipient address rejected: User unknown in relay recipient table",
                "RCPT | 550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1"
                        + " double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. gsmtp",
                "RCPT | 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
                "RCPT | 550 5.1.6 recipient no longer on server",
                "RCPT | 501 5.1.3 Bad recipient address syntax",
                "RCPT | 550 5.1.1 <wang@example.org> User doesn't exist: wang@example.org",
                "RCPT | 550 sorry, no mailbox here by that name (#5.1.1 - chkuser)",
                "RCPT | 550 Unknown user",
                "RCPT | 550 No such user here",
                "RCPT | 550 5.7.1 No such user!",
                "RCPT | 550 User not found: wang@163.com",
                "RCPT | 550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1",
                "END  | 550 The recipient may contain a non-existent account, please check the recipient address.",
                "RCPT | 554 delivery error: dd This user doesn't have a yahoo.com account (wang@yahoo.com) [0]",
                "RCPT | 550 收件人不存在",
                "RCPT | 554 5.1.1 mailbox not found",
                "RCPT | 552 1 Requested mail action aborted, mailbox not found",
                "RCPT | 554 RCPT (wang@aliyun.com) dosn't exist",
                "RCPT | 553 sorry, this recipient is not in my validrcptto list (#5.7.1)",
                "RCPT | 550 Non existent user",
            })
    void a_recipient_who_does_not_exist_ends_a_mail(Step step, String words) {
        assertThat(SmtpErrors.meaning(step, words)).satisfies(meaning -> {
            assertThat(meaning.kind()).isEqualTo(REJECTED);
            assertThat(meaning).hasMessageStartingWith(words).hasMessageContaining("there is no such recipient");
        });
    }

    @ParameterizedTest(name = "{2} at {1}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                // Who we are (cyrusimap/cyrus-imapd #4960, sisimai/set-of-emails #11, saltcorn/saltcorn #1028).
                "mail.ehlo-name | RCPT | UNAVAILABLE | 504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
                "mail.ehlo-name | RCPT | UNAVAILABLE | 450 4.7.1 <neko.nyaan.jp>: Helo command rejected: Host not found",
                "mail.ehlo-name | CONNECT | UNAVAILABLE | 501 5.5.4 Invalid domain name",
                "mail.ehlo-name | RCPT | UNAVAILABLE | 550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)",
                // Where we are.
                "block list | RCPT | UNAVAILABLE | 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
                "block list | CONNECT | UNAVAILABLE | 554 IP<192.0.2.7> in blacklist",
                "block list | MAIL | UNAVAILABLE | 550 5.7.1 Unfortunately, messages from [192.0.2.7] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)",
                "block list | RCPT | UNAVAILABLE | 554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied",
                "block list | RCPT | UNAVAILABLE | 450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.7]",
                "block list | RCPT | UNAVAILABLE | 550 5.7.606 Access denied, banned sending IP [192.0.2.7]. To request removal from this list please visit https://sender.office.com/",
                "block list | RCPT | UNAVAILABLE | 550 5.7.705 Access denied, tenant has exceeded threshold",
                "block list | RCPT | UNAVAILABLE | 550 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.7",
                "block list | END  | UNAVAILABLE | 550-5.7.25 [192.0.2.7] The IP address sending this message does not have a PTR record setup",
                "block list | END  | UNAVAILABLE | 550-5.7.1 [192.0.2.7] Our system has detected that this message is likely suspicious due to the very low reputation of the sending IP address.",
                "block list | END  | UNAVAILABLE | 550-5.7.1 [192.0.2.7] The IP you're using to send mail is not authorized to send email directly to our servers.",
                // Who sends (xuxueli/xxl-job #3858, gophish/gophish #1627, ruanyf/weather-action #5, grote/BlitzMail
                // #25).
                "mail.from | MAIL | UNAVAILABLE | 553 Mail from must equal authorized user",
                "mail.from | MAIL | UNAVAILABLE | 501 mail from address must be same as authorization user.",
                "mail.from | MAIL | UNAVAILABLE | 553 Local user only,163 smtp5,HdxpCgA3f",
                "mail.from | END  | UNAVAILABLE | 550 5.7.60 SMTP; Client does not have permissions to send as this sender",
                "mail.from | RCPT | UNAVAILABLE | 553 5.7.1 <watch@example.org>: Sender address rejected: not owned by user me",
                "mail.from | RCPT | UNAVAILABLE | 550 5.1.8 <watch@gpu07>: Sender address rejected: Domain not found",
                "mail.from | RCPT | UNAVAILABLE | 550-Verification failed for <watch@gpu07> 550-No Such User Here 550 Sender verify failed",
                "mail.from | RCPT | UNAVAILABLE | 550 unknown sender address",
                "mail.from | END  | UNAVAILABLE | 550 5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy",
                // Whom to log in as.
                "smtps:// | MAIL | UNAVAILABLE | 530 5.7.0 Must issue a STARTTLS command first",
                "the user into mail.url | MAIL | UNAVAILABLE | 530 5.7.57 Client not authenticated to send mail",
                "the user into mail.url | RCPT | UNAVAILABLE | 550 5.7.1 Authentication required",
                "smtps:// | AUTH | LOGIN_REFUSED | 538 5.7.11 Encryption required for requested authentication mechanism",
                "smtps:// | AUTH | LOGIN_REFUSED | 504 5.7.4 Unrecognized authentication type",
                "smtps:// | AUTH | LOGIN_REFUSED | 503 AUTH command used when not advertised",
                "mail.password-file | AUTH | LOGIN_REFUSED | 535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
                "authorization code | AUTH | LOGIN_REFUSED | 535 Login Fail. Please enter your authorization code to login.",
                "authorization code | AUTH | LOGIN_REFUSED | 535 Error: 请使用授权码登录。详情请看: http://service.mail.qq.com",
                "app password | AUTH | LOGIN_REFUSED | 534-5.7.9 Application-specific password required. Learn more at 534 5.7.9 https://support.google.com",
                "app password | AUTH | LOGIN_REFUSED | 535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
                "rarely | AUTH | LOGIN_REFUSED | 454 4.7.0 Temporary authentication failure: Connection lost to authentication server",
                "rarely | AUTH | LOGIN_REFUSED | 421 4.7.0 Too many login attempts, please try again later",
                "mail.password-file | MAIL | LOGIN_REFUSED | 535 5.7.8 authentication credentials invalid",
                // How much (gen-smtp/gen_smtp #140, nodemailer/nodemailer #1137, root-io/vmail #67, Purelymail #354).
                "quota | END  | UNAVAILABLE | 550-5.4.5 Daily user sending limit exceeded. For more information on Gmail 550-5.4.5 sending limits go to 550 5.4.5 https://support.google.com/a/answer/166852",
                "quota | RCPT | UNAVAILABLE | 550 5.4.5 Daily user sending quota exceeded. s5sm12197523qke.120 - gsmtp",
                "quota | RCPT | UNAVAILABLE | 550 User me@site.com has exceeded its 24-hour sending limit. Messages to 25 recipients out of 25",
                "quota | DATA | UNAVAILABLE | 554 5.7.1 <DATA>: Data command rejected: only 10 messages per day",
                "quota | RCPT | UNAVAILABLE | 550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
                "quota | END  | UNAVAILABLE | 421 Domain mg.example.org is not allowed to send: recipient limit exceeded",
                "quota | END  | UNAVAILABLE | 451 Maximum credits exceeded",
                "more rarely | END | UNAVAILABLE | 421-4.7.28 Gmail has detected an unusual rate of mail originating from your SPF 421 4.7.28 review our Bulk Email Senders Guidelines.",
                "more rarely | MAIL | UNAVAILABLE | 550 Connection frequency limited",
                "at present | MAIL | UNAVAILABLE | 451 4.3.0 Temporary lookup failure",
                "at present | RCPT | UNAVAILABLE | 452 4.3.1 Insufficient system storage",
                // The recipient, who exists for all we know.
                "allow this host | RCPT | DEFERRED | 554 5.7.1 <wang@example.org>: Relay access denied",
                "allow this host | RCPT | DEFERRED | 550-gpu07 [192.0.2.7]:4321 is not permitted to relay through this server without authentication.",
                "some senders only | END  | DEFERRED | 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group",
                "some senders only | RCPT | DEFERRED | 550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
                "some senders only | RCPT | DEFERRED | 550-5.7.1 We're writing to let you know that the group you tried to contact (gpu-team) may not exist, or you may not have permission to post messages to the group.",
                "allow this host | RCPT | DEFERRED | 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
                "allow this host | RCPT | DEFERRED | 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
                "mailbox is full | RCPT | DEFERRED | 552 5.2.2 <wang@example.org>: user is over quota",
                "mailbox is full | END  | DEFERRED | 452-4.2.2 The recipient's inbox is out of storage space. 452 4.2.2 gsmtp",
                "mailbox is full | END  | DEFERRED | 552 Requested mail action aborted: exceeded storage allocation",
                "greylisting | RCPT | DEFERRED | 450-4.2.0 <wang@example.org>: Recipient address rejected: 450 4.2.0 Greylisted, try again in 5 min",
                "greylisting | RCPT | DEFERRED | 450 4.7.1 <unknown[192.0.2.7]>: Client host rejected: Greylisted, see http://postgrey.schweikert.ch/",
                "at present | RCPT | DEFERRED | 450-4.2.1 The user you are trying to contact is receiving mail at a rate that 450-prevents additional messages",
                "at present | RCPT | DEFERRED | 450 4.1.1 <wang@example.org>: Recipient address rejected: unverified address",
                "at present | RCPT | DEFERRED | 452 4.5.3 Too many recipients",
                "domain | RCPT | DEFERRED | 550 5.1.2 <wang@exampel.org>: Recipient address rejected: Domain not found",
                "domain | RCPT | DEFERRED | 550 Unrouteable address",
                "too large | MAIL | DEFERRED | 552 5.3.4 Message size exceeds fixed limit",
                "too large | END  | DEFERRED | 552-5.2.3 Your message exceeded Google's message size limits. 552 5.2.3 gsmtp",
                "what the mail says | END | DEFERRED | 554 5.7.1 Message rejected as spam by Content Filtering.",
                "what the mail says | END | DEFERRED | 554 DT:SPM 163 smtp5,HdxpCgA3f, spam mail rejected",
                "what the mail says | END | DEFERRED | 550 5.6.0 Lone CR or LF in body",
                // What says too little (customeros/mailsherpa #19).
                "ask who runs | RCPT | DEFERRED | 550 #5.1.0 Address rejected.",
                "ask who runs | RCPT | DEFERRED | 550 Requested action not taken: mailbox unavailable",
                "ask who runs | RCPT | DEFERRED | 550 Mailbox unavailable or access denied",
                "ask who runs | RCPT | DEFERRED | 550 5.4.1 Recipient address rejected: Access denied.",
                "ask who runs | RCPT | DEFERRED | 550 5.2.1 The email account that you tried to reach is disabled.",
                "ask who runs | RCPT | DEFERRED | 552 5.7.0 Number of recipients exceeds limit",
                "ask who runs | RCPT | DEFERRED | 550 5.7.1 Delivery not authorized, message refused",
                "ask who runs | END  | DEFERRED | 554 5.7.1 no",
            })
    void everything_else_waits_and_says_what_to_do(
            String advice, Step step, DeliveryException.Kind kind, String words) {
        assertThat(kind).isIn(DEFERRED, UNAVAILABLE, LOGIN_REFUSED);
        assertThat(SmtpErrors.meaning(step, words)).satisfies(meaning -> {
            assertThat(meaning.kind()).as(meaning.getMessage()).isEqualTo(kind);
            assertThat(meaning).hasMessageStartingWith(words).hasMessageContaining(advice);
        });
    }

    /** Words that ask for more of them make expressions take time by the square of the length. */
    @Test
    void an_answer_of_thousands_of_lines_is_understood_by_how_it_begins() {
        String words = "550 5.1.1 no such user here" + " 550-you must see our policy at the mailbox".repeat(10_000);

        assertThat(SmtpErrors.meaning(Step.RCPT, words)).satisfies(meaning -> {
            assertThat(meaning.kind()).isEqualTo(REJECTED);
            assertThat(meaning.getMessage()).hasSizeLessThan(1_000);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "450 4.2.0 Greylisted,                  true",
        "550 5.4.5 Daily limit exceeded,        true",
        "554 5.7.1 Client host blocked,         false",
        "504 5.5.2 Helo command rejected,       false",
    })
    void what_passes_by_itself_is_told_from_what_somebody_must_do(String words, boolean isPassing) {
        assertThat(SmtpErrors.meaning(Step.RCPT, words).isPassing()).isEqualTo(isPassing);
    }
}
