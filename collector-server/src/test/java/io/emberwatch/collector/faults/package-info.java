/**
 * The fault suite: real probes, a real collector, a real database and a mail server, which are killed, cut off, held up
 * and torn at random. Then a ledger is drawn up: what probes took against what is stored, alarms and mails against a
 * second, independent evaluation of the readings.
 */
package io.emberwatch.collector.faults;
