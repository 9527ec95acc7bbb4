package io.emberwatch.collector.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A suite that notices nothing proves nothing: each fault in the books is named. */
class ReadingCheckTest {
    private final Books books = Books.of(10, 20, 30, 40);

    @Test
    void books_in_order_have_no_problems() {
        ReadingCheck check = new ReadingCheck(books.ledger());

        assertThat(check.problems()).isEmpty();
        assertThat(check.lost()).isZero();
        assertThat(check.duplicated()).isZero();
    }

    @Test
    void a_reading_that_is_not_stored_is_named() {
        books.stored.remove(1);

        ReadingCheck check = new ReadingCheck(books.ledger());

        assertThat(check.problems()).containsExactly("box1: reading 2 was taken, but is not stored");
        assertThat(check.lost()).isEqualTo(1);
    }

    @Test
    void a_reading_that_is_stored_twice_is_named() {
        StoredReading third = books.stored.get(2);
        books.stored.add(new StoredReading(third.sequence(), third.takenAt().plusMillis(1), third.values()));

        ReadingCheck check = new ReadingCheck(books.ledger());

        assertThat(check.problems()).contains("box1: reading 3 is stored more than once");
        assertThat(check.duplicated()).isEqualTo(1);
    }

    @Test
    void a_reading_that_is_stored_as_of_another_time_is_named() {
        StoredReading third = books.stored.get(2);
        books.stored.set(2, new StoredReading(third.sequence(), third.takenAt().plusMillis(1), third.values()));

        assertThat(new ReadingCheck(books.ledger()).problems())
                .singleElement()
                .asString()
                .contains("reading 3 was taken at");
    }

    @Test
    void a_number_that_was_given_twice_is_named() {
        books.taken.add(new TakenReading(4, Books.at(5)));

        assertThat(new ReadingCheck(books.ledger()).problems()).contains("box1: two readings were taken with number 4");
    }

    @Test
    void a_reading_out_of_thin_air_is_named() {
        books.unloggedAllowed = 1;
        books.stored.add(Books.reading(7, 10));

        assertThat(new ReadingCheck(books.ledger()).problems())
                .containsExactly("box1: reading 7 is stored, but was never taken");
    }

    @Test
    void the_last_reading_before_a_kill_may_be_stored_without_a_word() {
        books.unloggedAllowed = 1;
        books.taken.remove(3);

        assertThat(new ReadingCheck(books.ledger()).problems()).isEmpty();
    }

    @Test
    void but_not_more_of_them_than_there_were_kills() {
        books.taken.remove(3);

        assertThat(new ReadingCheck(books.ledger()).problems())
                .containsExactly(
                        "box1: 1 readings are stored that were never taken, but only 0 kills can have swallowed a"
                                + " line: [4]");
    }

    @Test
    void readings_lost_in_a_power_failure_must_be_reported() {
        books.stored.remove(3);
        books.mayBeLost.add(new SequenceRange(3, 4));
        assertThat(new ReadingCheck(books.ledger()).problems())
                .containsExactly("box1: reading 4 was lost with the spool's tail, but no reading_gap says so");

        books.gaps.add(new SequenceRange(4, 4));
        ReadingCheck correct = new ReadingCheck(books.ledger());
        assertThat(correct.problems()).isEmpty();
        assertThat(correct.lost()).isEqualTo(1);
    }

    @Test
    void reported_loss_needs_a_cause() {
        books.stored.remove(3);
        books.gaps.add(new SequenceRange(4, 4));

        assertThat(new ReadingCheck(books.ledger()).problems())
                .containsExactly(
                        "box1: reading 4 was taken, but is not stored",
                        "box1: reading_gap says that readings 4 to 4 were lost, but nothing had happened to the spool");
    }

    @Test
    void a_session_that_has_got_further_than_its_readings_is_named() {
        MachineLedger ledger = books.ledger();
        MachineLedger ahead = new MachineLedger(
                ledger.machine(),
                ledger.taken(),
                ledger.unloggedAllowed(),
                ledger.mayBeLost(),
                ledger.stored(),
                ledger.gaps(),
                5,
                ledger.alarms());

        assertThat(new ReadingCheck(ahead).problems())
                .containsExactly("box1: probe_session says 5, but the last reading stored is 4");
    }
}
