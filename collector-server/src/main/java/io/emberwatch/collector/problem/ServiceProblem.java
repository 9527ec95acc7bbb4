package io.emberwatch.collector.problem;

import java.time.Instant;
import java.util.List;

/**
 * Something that keeps the collector from watching as it should, and that an admin can do something about.
 *
 * @param subject what it happened to, so that the same again is the same problem: a machine's name, a writer, a file
 * @param text what was seen last, and what to do, for a person; one line
 * @param firstAt when it was first seen, by the collector's clock
 * @param lastAt when it was last seen
 * @param count how often it was seen, 1 or more
 * @param isSolved whether it was seen to be over
 */
public record ServiceProblem(
        Kind kind, String subject, String text, Instant firstAt, Instant lastAt, long count, boolean isSolved) {

    /** Whether nobody is watched, or soon will not be, as long as it lasts: the admin is to know at once. */
    public boolean isUrgent() {
        return kind.compareTo(Kind.EMBEDDED_DATABASE_DIED) <= 0;
    }

    /** What may go wrong, from the most to the least urgent. */
    public enum Kind {
        DATABASE_READ_ONLY("the database cannot be written"),
        WRITER_STUCK("a writer makes no progress"),
        EMBEDDED_DATABASE_DIED("the embedded database ended by itself"),
        DISK_NEARLY_FULL("the disk of the embedded database is nearly full"),
        PARTITIONS_MISSING("the partitions of the coming days cannot be made"),
        CERTIFICATE_EXPIRES("the certificate expires soon"),
        MAIL_LOGIN_REFUSED("the mail server refuses the login"),
        MAIL_REJECTED("a mail was given up, as its recipient does not exist"),
        MAIL_UNAVAILABLE("the mail server takes no mails"),
        MAIL_DEFERRED("the mail server refuses mails to somebody, and they wait"),
        MACHINE_LOCKED("a machine's readings wait for a lock in the database"),
        MACHINE_OVER_QUOTA("a machine sends more than it may"),
        READINGS_REJECTED("readings cannot be stored"),
        READINGS_AHEAD("readings are dated in the future"),
        GPU_CLAIMED_TWICE("two machines show the same GPU"),
        RETENTION_FAILED("what is too old cannot be removed");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** Its place in this order; 0 is the most urgent. */
        public int urgency() {
            return List.of(values()).indexOf(this);
        }

        /** What it says, in a few words. */
        public String meaning() {
            return meaning;
        }
    }
}
