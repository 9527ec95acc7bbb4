package io.emberwatch.collector.mail.text;

/** A language that mails are written in. Its words are the files of folder {@code mail/} followed by its tag. */
public enum MailLanguage {
    ENGLISH("en");

    private final String tag;

    MailLanguage(String tag) {
        this.tag = tag;
    }

    /** As in BCP 47. */
    public String tag() {
        return tag;
    }
}
