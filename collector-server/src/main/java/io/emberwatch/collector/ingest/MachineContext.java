package io.emberwatch.collector.ingest;

import io.emberwatch.collector.alarm.HistoryAlarms;
import io.emberwatch.collector.alarm.MachineAlarms;
import io.emberwatch.collector.model.MachineGpus;

/**
 * What a writer remembers of a machine between transactions, so as not to read it each time. Valid for one session epoch;
 * forgotten after any failure.
 *
 * @param alarms the live ones
 * @param history those of the history that comes in beside them
 * @param cards that it has or once had
 */
record MachineContext(long epoch, MachineAlarms alarms, HistoryAlarms history, MachineGpus cards) {}
