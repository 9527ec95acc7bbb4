package io.emberwatch.collector.mail.outbox;

import io.emberwatch.protocol.Texts;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;

/** One address and nothing else: what comes from a table or a command must not add recipients or headers. */
public final class MailAddress {
    private MailAddress() {}

    /**
     * Reads an address, with or without a name.
     *
     * @throws AddressException if it is none, is a group, or is not ASCII: mail servers take others only after SMTPUTF8
     *     was agreed on, and cut down to bytes some of them hold line breaks (U+4E0A)
     */
    public static InternetAddress parse(String text) throws AddressException {
        if (!text.codePoints().allMatch(Texts::isPrintable)) {
            throw new AddressException("control character in address", Texts.oneLine(text));
        }
        InternetAddress address = new InternetAddress(text, true);
        String mailbox = address.getAddress();
        if (address.isGroup() || mailbox.indexOf('@') < 1) {
            throw new AddressException("not an address of one mailbox", text);
        }
        if (!mailbox.chars().allMatch(c -> c <= '~')) {
            throw new AddressException("an address is ASCII, a domain in another script written as xn--…", text);
        }
        return address;
    }
}
