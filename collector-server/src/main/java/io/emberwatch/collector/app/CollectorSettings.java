package io.emberwatch.collector.app;

import io.emberwatch.collector.alarm.AlarmPolicy;
import io.emberwatch.collector.ingest.Ingest;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.mail.outbox.SmtpSettings;
import io.emberwatch.collector.net.NetSettings;
import io.emberwatch.collector.net.tls.TlsSettings;
import io.emberwatch.collector.store.Retention;
import java.util.Optional;

/**
 * What a collector needs to know, beside its database.
 *
 * @param host where it runs, by which an admin knows it from other collectors
 * @param tls empty: connections are not encrypted
 */
public record CollectorSettings(
        String host,
        NetSettings net,
        Optional<TlsSettings> tls,
        Ingest.Settings ingest,
        AlarmPolicy alarms,
        Mail mail,
        Retention.Ages retention) {
    /**
     * How mails leave. Prints without the password.
     *
     * @param smtp how to talk to the destination, if it is a mail server
     * @param from sender, an address with or without a name
     * @param admin whom to tell of problems of the service, if anybody
     */
    public record Mail(MailDestination destination, SmtpSettings smtp, String from, Optional<String> admin) {}
}
