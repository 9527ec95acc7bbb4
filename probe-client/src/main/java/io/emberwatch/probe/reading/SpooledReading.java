package io.emberwatch.probe.reading;

/**
 * A sample with its number.
 *
 * @param sequence from 1, given by the spool
 */
public record SpooledReading(long sequence, Sample sample) {}
