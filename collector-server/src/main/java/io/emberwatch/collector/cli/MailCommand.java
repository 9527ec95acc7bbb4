package io.emberwatch.collector.cli;

import io.emberwatch.collector.config.DataOptions;
import io.emberwatch.collector.config.MailOptions;
import io.emberwatch.collector.mail.outbox.MailDestination;
import io.emberwatch.collector.mail.outbox.MailMessages;
import io.emberwatch.collector.mail.outbox.MailTransport;
import io.emberwatch.collector.mail.outbox.MailTransport.DeliveryException;
import io.emberwatch.collector.mail.outbox.MailTransports;
import jakarta.mail.MessagingException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "mail", description = "How mails leave.", subcommands = MailCommand.Test.class)
final class MailCommand {
    /** Needs no database and no running collector: it is for setting mail up. */
    @Command(name = "test", description = "Send a mail to an address at once, and show what the mail server said.")
    static final class Test extends ShellCommand {
        @Parameters(paramLabel = "ADDRESS", description = "Where to send it.")
        private String address;

        @Mixin
        private MailOptions mail;

        @Mixin
        private DataOptions data;

        @Override
        public Integer call() throws MessagingException {
            Validation.mail(address);
            MailDestination destination = mail.destination(data);
            try (MailTransport transport = new MailTransports(destination, mail.smtp()).open()) {
                transport.send(MailMessages.from(mail.from()).test(address));
            } catch (DeliveryException e) {
                throw new CommandFailed("mail to " + address + " was not taken: " + e.getMessage(), e);
            }
            say("mail to " + address + " was taken by " + destination.place());
            return ExitCode.OK;
        }
    }
}
