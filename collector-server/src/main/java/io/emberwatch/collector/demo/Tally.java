package io.emberwatch.collector.demo;

/**
 * What the demo has seen happen in the database.
 *
 * @param alarms raised
 * @param mails delivered, of any kind
 * @param alarmMails those of them that say that an alarm was raised
 */
public record Tally(long readings, long alarms, long mails, long alarmMails) {
    static final Tally NOTHING = new Tally(0, 0, 0, 0);

    /** Whether everything that matters has worked. */
    public boolean isSuccess() {
        return readings > 0 && alarmMails > 0;
    }

    /** The demo's last line. */
    public String summary() {
        return "demo: " + readings + " readings stored, " + alarms + " alarms raised, " + mails + " mails delivered";
    }

    Tally withReading() {
        return new Tally(readings + 1, alarms, mails, alarmMails);
    }

    Tally withAlarm() {
        return new Tally(readings, alarms + 1, mails, alarmMails);
    }

    Tally withMail(boolean saysRaised) {
        return new Tally(readings, alarms, mails + 1, saysRaised ? alarmMails + 1 : alarmMails);
    }
}
