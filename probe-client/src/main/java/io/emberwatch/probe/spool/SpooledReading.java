package io.emberwatch.probe.spool;

import io.emberwatch.probe.sample.Sample;

/**
 * A sample with its number.
 *
 * @param sequence from 1, given by the spool
 */
public record SpooledReading(long sequence, Sample sample) {}
