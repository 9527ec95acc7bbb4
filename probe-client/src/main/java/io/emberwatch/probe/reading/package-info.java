/**
 * What a reading is inside the probe: a {@link io.emberwatch.probe.reading.Sample}, which the sampler makes, the spool
 * numbers and keeps, and the link turns into what travels.
 */
package io.emberwatch.probe.reading;
